"""F: flow."""

TEXT = """
## F001
A node has choices, or leads on by itself, or lets chance decide, or calls a part. With none of them the conversation stops; with
several nobody knows which counts.
bad:
    angry: {lines: [{customer: "So it is my problem?"}]}
good:
    angry: {lines: [{customer: "So it is my problem?"}], go: verify}
## F002
The first target whose guard holds is taken. The last one has no guard, so that there is always a way.
bad:
    go: [{when: verified, go: refunded}, {when: not verified, go: walked}]
good:
    go: [{when: verified, go: refunded}, {go: walked}]
## F003
These nodes lead on by themselves, in a circle: no learner would ever get a word in.
bad:
    a: {go: b}
    b: {go: a}
good:
    a: {go: b}
    b: {choices: [{id: stop, say: "Stop.", go: done}]}
## F004
Only on the phone and in a chat does somebody wait for the next word.
bad:
    channel: email
    …
    timeout: {after: 45s, go: silence}
good:
    channel: chat
    …
    timeout: {after: 45s, go: silence}
## F005
`return` leads from a part back to its caller. Outside of a part there is none, and a part without one never comes back.
bad:
    # in a scenario
    go: return
good:
    # in scenarios/parts/…
    go: return
## F101 warning · node that cannot be reached
No way leads to this node, so nobody will ever read it. Often the `go` that should name it names another one, or the node was left
over when the story changed. What only this node leads to is named with it.
bad:
    start: opening
    nodes:
      opening: {choices: [{id: pin, say: "Your PIN?", go: done}]}
      apology: {choices: [{id: sorry, say: "Sorry.", go: done}]}
good:
    start: opening
    nodes:
      opening: {choices: [{id: pin, say: "Your PIN?", go: apology}]}
      apology: {choices: [{id: sorry, say: "Sorry.", go: done}]}
## F102 warning · ending that cannot be reached
No way leads to this ending. If it is the best one, nobody can score 100.
bad:
    endings:
      done: {title: Done, outcome: resolved, value: 100}
      perfect: {title: Perfect, outcome: resolved, value: 100}   # no `go: perfect`
good:
    go: [{when: verified, go: perfect}, {go: done}]
## F103 warning · loop without an exit
From here the ways only go round. The conversation cannot end, and the learner has to abandon it.
bad:
    a: {choices: [{id: again, say: "Again?", sticky: true, go: b}]}
    b: {choices: [{id: back, say: "Back.", sticky: true, go: a}]}
good:
    a: {choices: [{id: again, say: "Again?", sticky: true, go: b}]}
    b: {choices: [{id: back, say: "Back.", sticky: true, go: a}, {id: end, say: "Goodbye.", go: done}]}
## F104 warning · choices that run out
A choice can be made once. Where every choice leads back to the node, the last visit has none left and the learner is stuck.
bad:
    hub:
      choices:
        - {id: ask, say: "What happened?", go: answer}     # and answer leads to hub
good:
    hub:
      choices:
        - {id: ask, say: "What happened?", go: answer}
        - {id: close, say: "Then I know enough.", go: done}
"""
"""One page for each code."""
