"""D: drills and the desk file."""

TEXT = """
## D001
The verb is not in `scenarios/desk.yaml`, so nobody could carry it out.
bad:
    allow: [isue_refund]
good:
    allow: [issue_refund]
## D002
The verb reads or changes a record that this drill does not have.
bad:
    allow: [issue_refund]       # and `records` has no payment
good:
    records: {payment: {amount: 89.00, state: captured, refunded: 0.00}}
## D003
An effect reads `record.field = value`, `+ value` or `- value`.
bad:
    effects: [refund the payment]
good:
    effects: ["payment.refunded = amount"]
## D004
An argument is a range, `money`, `number`, `text`, `flag` or a list of words.
bad:
    args: {level: small}
good:
    args: {level: 1..3}
## D005
No record of the drill has this field.
bad:
    expect: {records: {payment.refund: 89.00}}
good:
    expect: {records: {payment.refunded: 89.00}}
## D006
Tickets do not have this field, or it cannot hold that value.
bad:
    expect: {ticket: {status: finished}}
good:
    expect: {ticket: {status: solved}}
## D007
Neither the SOPs nor the drill say what this fact is, so nobody could tell it.
bad:
    expect: {told: [refund_date]}
good:
    facts: {refund_date: {value: Friday}}
## D008
Drills are worked with the verbs of the workspace's desk file.
bad:
    # no scenarios/desk.yaml
good:
    # scenarios/desk.yaml
    format: 1
## D009
Only the ticket's own verbs can be taken away or repriced here.
bad:
    without: [publicreply]
good:
    without: [public_reply]
## D010
Two things with one name could not be told apart in conditions.
bad:
    records: {ticket: {state: open}}
good:
    records: {request: {state: open}}
## D011
An event happens after an act or at a time: one of the two.
bad:
    events: [{text: "Thank you."}]
good:
    events: [{after: public_reply, text: "Thank you."}]
## D012
The desk file has no macro of that name.
bad:
    macros: [recieved]
good:
    macros: [received]
## D101 warning · drill that expects nothing
The outcome of a drill is the share of the expected end that holds. With nothing expected it is never scored, and a learner who
does nothing loses nothing.
bad:
    expect: {}
good:
    expect: {ticket: {status: solved}}
"""
"""One page for each code."""
