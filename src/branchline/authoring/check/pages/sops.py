"""P: SOPs."""

TEXT = """
## P001
Learners would lose points for a step that no reply lets them carry out; it is not counted, and the SOP is rehearsed with a gap.
bad:
    sops: [SOP-BIL-02]     # no reply does SOP-BIL-02/note
good:
    does: [SOP-BIL-02/note]
## P002
The SOP decides by a fact that this scenario does not give, so nobody can tell which of its outcomes is due.
bad:
    case: {}                       # the SOP asks: when: payment == captured
good:
    variables: {payment: {one_of: [captured, authorised]}}
## P101
The front matter says what the SOP is called, from when it holds and what it forbids.
bad:
    # Refunds
    1. Look up the account.
good:
    ---
    format: 1
    id: SOP-BIL-02
    title: Refunds
    ---
    1. Look up the account. {#lookup do=look_up_account}
## P102
Deductions name a step by its id.
bad:
    1. Look up. {#look do=look_up_account}
    2. Look again. {#look do=open_billing_history}
good:
    2. Look again. {#history do=open_billing_history}
## P103
`after`, outcomes and rules name steps or groups of this SOP.
bad:
    2. Refund. {#refund do=issue_refund after=verfy}
good:
    2. Refund. {#refund do=issue_refund after=verify}
## P104
Each of these steps waits for the other; nobody could do either in order.
bad:
    1. A. {#a do=x after=b}
    2. B. {#b do=y after=a}
good:
    2. B. {#b do=y}
## P105
The brace block has a word that steps do not know.
bad:
    1. Look up. {#look do=look_up_account wieght=2}
good:
    1. Look up. {#look do=look_up_account weight=2}
## P106
The value cannot be what the attribute says.
bad:
    1. Look up. {#look do=look_up_account weight=heavy}
good:
    1. Look up. {#look do=look_up_account weight=3}
## P107
A group lists steps or groups of this SOP, each in one group only, says `any_of` or `all_of`, and needs no more of them than there
are.
bad:
    - {id: identify, any_of: [pin, code], need: 3}
good:
    - {id: identify, any_of: [pin, code], need: 1}
## P108
The desk knows no such act. An SOP for another system declares that system's actions under `verbs`.
bad:
    1. Look up. {#look do=lookup_acount}
good:
    1. Look up. {#look do=look_up_account}
## P109
Outcomes are tried by their conditions, and this one's can never hold.
bad:
    outcomes: {refunded: {when: state == a and state == b, requires: [refund]}}
good:
    outcomes: {refunded: {when: state == a, requires: [refund]}}
## P110
What stands behind this condition never counts.
bad:
    2. Refund. {#refund do=issue_refund when="amount > 5 and amount < 5"}
good:
    2. Refund. {#refund do=issue_refund when="amount > 5"}
## P111
An expected value reads `field = value [± n]`, `field in {a, b}`, `field ~ pattern` or `field is words`, joined by `;`.
bad:
    2. Refund. {#refund do=issue_refund expect="amount about 5"}
good:
    2. Refund. {#refund do=issue_refund expect="amount = 5 ± 0.01"}
## P112
Lengths of time are whole or decimal numbers with a unit.
bad:
    sla: {first_reply: soon}
good:
    sla: {first_reply: 15m}
## P113
The steps of an SOP stand in one place: as numbered lines in Markdown, or under `steps` in pure YAML.
bad:
    steps: [{id: look, do: look_up_account}]
    …
    1. Look up. {#look do=look_up_account}
good:
    1. Look up. {#look do=look_up_account}
## P201
The block has no closing brace, so its facts would be read as text.
bad:
    1. Look up. {#look do=look_up_account
good:
    1. Look up. {#look do=look_up_account}
## P202
A block ends its line; behind it nothing is expected.
bad:
    1. Look up {#look do=look_up_account} the account.
good:
    1. Look up the account. {#look do=look_up_account}
## P203
The block holds `#id`, `name=value` and bare flags, separated by spaces.
bad:
    1. Look up. {#look do: look_up_account}
good:
    1. Look up. {#look do=look_up_account}
## P204
Of two values for one attribute, one would be lost.
bad:
    1. Look up. {#look do=a do=b}
good:
    1. Look up. {#look do=a}
## P205
Facts belong to a step, and a step has an id.
bad:
    1. Look up. {do=look_up_account}
good:
    1. Look up. {#look do=look_up_account}
## P301 info · step that can be left out
Some way leads to the ending of highest value without this required step. That may be the lesson of the scenario; look whether the
ending should be worth less there. Guards are not considered: `branchline prove` tells whether that way can be gone and passes.
bad:
    go: refunded
good:
    go: [{when: done(SOP-IDV/check-pin), go: refunded}, {go: walked}]
## P302 warning · SOP that has expired
The scenario rehearses a procedure that no longer holds.
bad:
    expires: 2024-12-31
good:
    expires: 2030-12-31
## P303 info · SOP that does not hold yet
The scenario rehearses a procedure of the future. That is fine for a course about it, and wrong for today's work.
bad:
    effective: 2099-01-01
good:
    effective: 2026-09-01
## P304 warning · amount out of authority
The reply decides about more money than the SOP lets anybody decide, or than the first tier may without an approval. Hard rules
will charge it; if that is the point, mark the reply `critical`, or offer an approval.
bad:
    does: [{step: SOP-BIL-02/refund, amount: 5000.00}]
good:
    does: [{step: SOP-BIL-02/refund, amount: 49.00}]
## P305 warning · act that nobody knows
`do` names an act of the desk or one that an SOP speaks of. A rule against `disclose_account` never notices `disclose_acount`.
bad:
    does: [{do: disclose_acount}]
good:
    does: [{do: disclose_account}]
## P306 info · advice that is not scored
Numbered lines without a brace block are shown and never checked. The number stands here so that nobody believes they are.
bad:
    2. Choose the level that the request needs.
good:
    2. Choose the level that the request needs. {#level do=choose_level}
"""
"""One page for each code."""
