"""R: references."""

TEXT = """
## R001
The way leads to a node or an ending that is not there, so the conversation would stop in the middle.
bad:
    go: apolgy
good:
    go: apology
## R002
The scenario cites an SOP that the library does not have; its steps could not be scored.
bad:
    sops: [SOP-BIL-2]
good:
    sops: [SOP-BIL-02]
## R003
The SOP is there, and has no step of that name. It may have been renamed in a new version.
bad:
    does: [SOP-IDV/chek-pin]
good:
    does: [SOP-IDV/check-pin]
## R004
`call` names a part in `scenarios/parts`, by its file's name.
bad:
    history: {call: promise-callbak, go: weather}
good:
    history: {call: promise-callback, go: weather}
## R005
Everything names a choice as `node.choice`; with two of them nobody knows which one is meant.
bad:
    - {id: pin, say: "Your PIN?", go: a}
    - {id: pin, say: "Your code?", go: b}
good:
    - {id: pin, say: "Your PIN?", go: a}
    - {id: code, say: "Your code?", go: b}
## R006
Ids stand in conditions, file names and statements, so they hold letters, digits, `-` and `_` only.
bad:
    own it!: {go: verify}
good:
    own-it: {go: verify}
## R007
The braces name nothing that the program knows, and the learner would read them as they are.
bad:
    say: "Good morning, {customer.nam}."
good:
    say: "Good morning, {customer.name}."
## R008
A scenario lists the SOPs that it is scored by, so that people can read them before they play.
bad:
    sops: []
    …
    does: [SOP-IDV/check-pin]
good:
    sops: [SOP-IDV]
    …
    does: [SOP-IDV/check-pin]
## R009
A part says under `params` what it takes; what it does not take would be lost, and what it lacks has no value.
bad:
    history: {call: promise-callback, with: {dais: 2}, go: weather}
good:
    history: {call: promise-callback, with: {days: 2}, go: weather}
## R010
A part that calls itself would never return.
bad:
    # in scenarios/parts/ask.yaml
    again: {call: ask, go: return}
good:
    again: {go: first}
## R011
A line is spoken by the customer, shown by the desk, or told by the narrator: by exactly one of them.
bad:
    - {customer: "Well?", desk: "Two captures."}
good:
    - {customer: "Well?"}
    - {desk: "Two captures."}
## R012
An entry carries out a step of an SOP, or an act that is no step; it cannot be both or neither.
bad:
    does: [{amount: 89.00}]
good:
    does: [{step: SOP-BIL-02/refund, amount: 89.00}]
## R013 error · the same id in two files
Content is found by its id, in the app, in scripts and in statements. Of two files with one id, one would never be found.
bad:
    # scenarios/conversations/a.yaml and b.yaml both say
    id: charged-twice
good:
    # a.yaml
    id: charged-twice
    # b.yaml
    id: charged-thrice
## R016
Nobody reads hundreds of errors; most of them have one cause, such as a name that was changed in one place only.
bad:
    # a node is renamed, and three hundred others still name it as before
good:
    # mend the first ones, save, and check again
## R014 info · part that nobody calls
A part is played only where a scenario calls it.
bad:
    # scenarios/parts/promise-callback.yaml, and no `call: promise-callback` anywhere
good:
    history: {call: promise-callback, with: {days: 2}, go: weather}
## R015 warning · file name and id differ
People look for content by its file; the program looks by the id in it.
bad:
    # scenarios/conversations/twice.yaml
    id: charged-twice
good:
    # scenarios/conversations/charged-twice.yaml
    id: charged-twice
"""
"""One page for each code."""
