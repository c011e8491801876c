"""C and V: conditions and variables."""

TEXT = """
## C001
An empty condition says nothing. Leave the key out where something always holds.
bad:
    when: ""
good:
    when: verified
## C002
The reader of conditions did not expect this here: a value, an operator or a bracket is missing or left over.
bad:
    when: verified and
good:
    when: verified and heat < 50
## C003
One `=` sets a variable in an effect. To compare, write two.
bad:
    when: payment = captured
good:
    when: payment == captured
## C004
Conditions are words: `and`, `or`, `not`.
bad:
    when: verified && !promised
good:
    when: verified and not promised
## C005
To compare, write `==`.
bad:
    when: payment is captured
good:
    when: payment == captured
## C006
Nothing has that name. Variables are declared under `variables`, facts under `case`; nodes, choices and steps stand in brackets
behind `visited`, `chose` and `done`.
bad:
    when: verifed
good:
    when: verified
## C007
A number, a flag and a word cannot be compared with each other, nor added.
bad:
    when: verified == 1
good:
    when: verified
## C008
Nobody can check a condition of that length by reading it. Give part of it a variable.
bad:
    when: (more than 500 characters)
good:
    when: ready and verified
## C009
That many brackets inside each other cannot be read.
bad:
    when: ((((((((((((((((((((((((((((((((((verified))))))))))))))))))))))))))))))))))
good:
    when: verified
## C010
The condition has more than 200 parts.
bad:
    when: a or b or c or … (two hundred of them)
good:
    when: count >= 3
## C011
The variable can never hold this word.
bad:
    # payment: {one_of: [captured, authorised]}
    when: payment == capturd
good:
    when: payment == captured
## C012
The variable can never hold this number, so the comparison or the effect says nothing.
bad:
    # offers: {range: 0..3}
    effects: [offers = 7]
good:
    effects: [offers = 3]
## C013
Words and ids stand without quotation marks in conditions.
bad:
    when: payment == "captured"
good:
    when: payment == captured
## C014
This is another language's spelling of something that conditions have.
bad:
    when: verified == True
good:
    when: verified == true
## C015
An effect reads `set x`, `clear x`, `x = value`, `x +1` or `x -1`.
bad:
    effects: [verified]
good:
    effects: [set verified]
## C016
Counters grow for ever. They may be compared with numbers, not with each other, so that a state stays small.
bad:
    when: turns > times(opening)
good:
    when: turns > 5
## C017
Variables are whole numbers; amounts have two decimals at most.
bad:
    when: case.amount > 10.005
good:
    when: case.amount > 10.01
## C018
Words and flags have no order.
bad:
    when: payment > authorised
good:
    when: payment == captured
## C101 warning · condition that is always true
Whatever happens, this holds, so it decides nothing. Usually another name, another number or `and` instead of `or` was meant.
bad:
    # offers: {range: 0..3}
    when: offers < 4
good:
    when: offers < 3
## C102 warning · condition that is never true
Nothing that can happen makes this true, so what it guards is never seen. The reason names the smallest part that decides it, and
the hint the nearest thing that would do.
bad:
    # offers: {range: 0..3}
    when: offers > 5
good:
    when: offers > 2
## C103 warning · no choice may be open
There is a case in which every choice of the node is hidden or locked, and the learner is stuck. The case is found by a truth
table over the variables; `branchline prove` tells whether it can come about.
bad:
    choices:
      - {id: refund, say: "…", when: verified, go: done}
good:
    choices:
      - {id: refund, say: "…", when: verified, go: done}
      - {id: ask, say: "…", go: verify}
## C104 warning · guard that is never reached
Targets are asked in order. Whenever this guard would hold, one above it holds already.
bad:
    go: [{when: heat > 50, go: angry}, {when: heat > 80, go: furious}, {go: calm}]
good:
    go: [{when: heat > 80, go: furious}, {when: heat > 50, go: angry}, {go: calm}]
## C105 warning · waits for what cannot have happened
No way leads from that node or choice to this one, so it cannot have been visited or made before.
bad:
    start: opening
    nodes:
      opening: {lines: [{customer: "You again?", when: visited(closing)}], …}    # closing only comes later
good:
    closing: {lines: [{customer: "As you said.", when: visited(opening)}], …}
## C106 warning · last target that is never taken
The guards cover every case, so the last target is there for nothing. Then the last guarded case is the rest, and reads better
without a guard.
bad:
    go: [{when: verified, go: a}, {when: not verified, go: b}, {go: c}]
good:
    go: [{when: verified, go: a}, {go: b}]
## C107 warning · locked whenever it is there
`when` hides the choice in just those cases in which `locked_when` would not lock it.
bad:
    when: not verified
    locked_when: {when: not verified, why: You do not know who is calling.}
good:
    locked_when: {when: not verified, why: You do not know who is calling.}
## V001
A range goes from low to high, words are single and differ, and the start is one of the values.
bad:
    offers: {range: 3..0}
good:
    offers: {range: 0..3}
## V002
One name would mean two things.
bad:
    variables: {heat: flag}
good:
    variables: {heated: flag}
## V101 warning · variable that is never used
Nothing sets it and nothing asks for it. It may be left over, or a condition that should name it names another one.
bad:
    variables:
      promised: flag
good:
    variables:
      verified: flag       # and `set verified`, `when: verified`
## V102 warning · variable that never changes
Conditions ask for it, and nothing ever sets it: they are decided from the start. A fixed value belongs under `case`.
bad:
    variables: {verified: flag}     # `when: verified`, and no effect sets it
good:
    effects: [set verified]
## V103 warning · variable that nobody asks for
Effects set it, and nothing depends on it. It only makes the state larger.
bad:
    effects: [set promised]         # and no condition reads `promised`
good:
    when: promised
"""
"""One page for each code."""
