"""E, L, A and X: empathy and score, language and length, accessibility, xAPI ids."""

TEXT = """
## E001 warning · replies that are all worth the same
A decision in which every reply has the same empathy adds nothing to the score and teaches that words do not matter.
bad:
    - {id: a, say: "…", empathy: {tone: 1}, …}
    - {id: b, say: "…", empathy: {tone: 1}, …}
good:
    - {id: a, say: "…", empathy: {tone: 0}, …}
    - {id: b, say: "…", empathy: {tone: 2}, …}
## E002 warning · best reply is the longest
Learners find out within minutes that the longest text wins, and stop reading.
bad:
    (the best reply is the longest in more than 60 % of the decisions)
good:
    (some best replies are the shortest: "No. That was a bad answer.")
## E003 warning · best reply stands at one place
People see the replies shuffled; reviewers, tests and scripts see this order, and so does the next designer who copies it.
bad:
    (the best reply is always written first)
good:
    (first here, last there)
## E004 warning · failure that outscores a success
The outcome is the value of the ending. A lost customer must not be worth more than one who was helped. Where refusing is the
right end, no ending with outcome `resolved` is worth more, and nothing is said.
bad:
    refunded: {title: Refunded, outcome: resolved, value: 60}
    walked: {title: She hangs up, outcome: lost, value: 80}
good:
    refunded: {title: Refunded, outcome: resolved, value: 100}
    walked: {title: She hangs up, outcome: lost, value: 0}
## E005 warning · decision without a claim
The claim says what a good reply here is evidence for. Debriefs, coaches and statements name the decision by it.
bad:
    opening: {choices: […]}
good:
    opening: {claim: Names the loss before touching the account, choices: […]}
## E006 warning · reply without a reason
After the choice the learner reads why it did what it did. Without a reason a poor score is only a number.
bad:
    - {id: pin, say: "Your PIN?", go: history}
good:
    - {id: pin, say: "Your PIN?", go: history, because: One question, with its reason.}
## E007 info · no ending has a value
Without values the outcome is no part of the score.
bad:
    refunded: {title: Refunded, outcome: resolved}
good:
    refunded: {title: Refunded, outcome: resolved, value: 100}
## E008 info · decision that is not rated
No reply has empathy levels, so the decision is left out of the score. That is right for a choice between procedures.
bad:
    - {id: a, say: "…", go: x}
    - {id: b, say: "…", go: y}
good:
    - {id: a, say: "…", go: x, empathy: {acknowledge: 2, tone: 1}}
    - {id: b, say: "…", go: y, empathy: {acknowledge: 0, tone: 1}}
## E009 info · not yet reviewed
The levels are one author's judgement until real reviewers have rated the replies. They count, and are marked “not yet rated”.
bad:
    review: {status: draft}
good:
    review: {status: approved, by: …, date: …, raters: …}
## E010 info · level that its flag caps
Beside `fake_empathy`, acknowledge counts as 1 at most: the words are there and nobody stands behind them.
bad:
    empathy: {acknowledge: 2}
    flags: [fake_empathy]
good:
    empathy: {acknowledge: 1}
    flags: [fake_empathy]
## E011 warning · rating of nothing
A reviewer's rating names a reply as `node.choice`, a dimension, and levels 0, 1, 2 or `na`. What it names is not there, so the rating
is lost.
bad:
    raters: {opening.own-itt: {acknowledge: [3]}}
good:
    raters: {opening.own-it: {acknowledge: [2]}}
## E012 warning · experts who do not agree
Krippendorff's alpha of the ratings is below 0.67, or all of them are the same and nothing shows that experts tell replies apart; or not
every reply with `empathy` is rated by two experts on every dimension that applies (`na` says that one does not, `gap` that nobody said). A
play of such a scenario counts for no certificate: what a reply is worth is still a matter of taste.
bad:
    raters: {opening.own-it: {acknowledge: [2, 0]}, opening.policy: {acknowledge: [0, 1]}}
good:
    raters: {opening.own-it: {acknowledge: [2, 2]}, opening.policy: {acknowledge: [0, 0]}}
## L001
The source text has changed since it was translated. Until it is translated again, the source text is shown.
bad:
    opening.own-it: {of: 00000000, text: …}
good:
    opening.own-it: {of: (the hash that the finding names), text: …}
## L002
The translation names a text that the scenario does not have, for instance since a choice was renamed.
bad:
    opening.own-itt: {of: …, text: …}
good:
    opening.own-it: {of: …, text: …}
## L003 warning · translation into another language than its file says
The file's name decides when a translation is used.
bad:
    # charged-twice.de.yaml
    language: fr
good:
    # charged-twice.de.yaml
    language: de
## L004 warning · translation of no scenario
A translation stands beside the scenario that it translates and begins with its name.
bad:
    # charged-twic.de.yaml
good:
    # charged-twice.de.yaml beside charged-twice.yaml
## L101 warning · reply that takes too long
On the phone people say about 150 words a minute; in a chat they read about 220, in an email 230. A reply that takes more than
half a minute to say is a speech.
bad:
    say: (a hundred words on the phone)
good:
    say: (sixty words at most)
## L102 warning · node that takes too long to read
Lines and replies together are more than anybody keeps in mind while choosing.
bad:
    (seven hundred words before the first decision)
good:
    (two nodes of three hundred)
## L103 warning · jargon in a clear reply
A reply rated `clarity: 2` is plain. These words belong to our side of the desk. English only.
bad:
    say: "As per our policy the SLA is eight hours."
    empathy: {clarity: 2}
good:
    say: "You hear from me by six o'clock."
    empathy: {clarity: 2}
## L104 warning · blame in an empathetic reply
These words tell the customer that it is their own doing. In a poor reply they are meant, and flagged; in one that is rated as
empathetic they are a slip. English only.
bad:
    say: "You should have kept the PIN. I will send a code."
good:
    say: "I will send a code to your phone."
## L105 warning · text that is not written yet
A place holder was left in the text, and learners would read it.
bad:
    say: "TODO something kind"
good:
    say: "Nobody called you back. That is on us."
## L106 warning · empty text
There is nothing to read.
bad:
    say: ""
good:
    say: "I am here."
## L107 info · translation with gaps
Some texts have no translation; the learner reads both languages.
bad:
    texts: {title: …}
good:
    texts: {title: …, summary: …, opening: …}
## A001 warning · time limit shorter than reading takes
A learner who reads at a normal pace (230 words a minute) is timed out before the last reply. Time should press, not exclude.
bad:
    timeout: {after: 10s, go: silence}      # 120 words to read
good:
    timeout: {after: 45s, go: silence}
## A002 warning · reply in capitals only
Screen readers may spell capitals letter by letter, and in writing they shout.
bad:
    say: "PLEASE WAIT A MOMENT"
good:
    say: "Please wait a moment."
## A003 warning · text without a word
A screen reader may say nothing at all, and not everybody reads a symbol alike.
bad:
    - customer: "!!!"
good:
    - customer: "What?!"
## A004 warning · more choices than digits
Choices are made by pressing 1 to 9; a tenth needs the arrow keys, and nobody weighs ten replies.
bad:
    choices: (twelve of them)
good:
    choices: (three or four)
## X001 warning · ids that differ in capitals only
Statements keep them apart; many reports and spreadsheets do not.
bad:
    nodes: {Opening: …, opening: …}
good:
    nodes: {opening: …, reopening: …}
## X002 warning · former id that is in use
`renamed_from` connects old sessions with the new id. If the old id means something else by now, they cannot be told apart.
bad:
    verify: {renamed_from: opening, …}     # and there is a node `opening`
good:
    verify: {renamed_from: check, …}
## X003 warning · id that statements cannot carry
The id becomes part of an IRI in every statement; other characters would be written in codes that nobody can read.
bad:
    id: charged twice!
good:
    id: charged-twice
## X004 warning · no language tag
The language is the key of every text in a statement. An LRS refuses what is no language tag.
bad:
    language: English
good:
    language: en
"""
"""One page for each code."""
