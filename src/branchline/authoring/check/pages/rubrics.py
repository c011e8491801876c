"""Q: rubrics, the scorecards of coaches."""

TEXT = """
## Q001
A total is out of 100, and each weight is what its item can earn. Weights that sum to something else would say one thing on the
scorecard and another in the total.
bad:
    items: [{id: tone, weight: 50, …}, {id: closing, weight: 40, …}]
good:
    items: [{id: tone, weight: 60, …}, {id: closing, weight: 40, …}]
## Q002
A level is named where it is given, so its name must be its own. `na` says that an item does not apply; it is no level.
bad:
    levels: [{level: na, anchor: …}, {level: good, anchor: …}, {level: good, anchor: …}]
good:
    na: true
    levels: [{level: fair, anchor: …}, {level: good, anchor: …}]
## Q003
Levels are written from the lowest to the highest: their order decides what they earn. Numbers that go down would turn the scale
around, and the best session would earn nothing.
bad:
    levels: [{level: 2, anchor: …}, {level: 1, anchor: …}, {level: 0, anchor: …}]
good:
    levels: [{level: 0, anchor: …}, {level: 1, anchor: …}, {level: 2, anchor: …}]
## Q101 warning · cap without a critical item
The cap holds where a critical item is at its lowest level. Without one it has no effect.
bad:
    cap: 40
    items: [{id: tone, …}]
good:
    cap: 40
    items: [{id: verified, critical: true, …}, {id: tone, …}]
## Q102 warning · machine part that such sessions do not have
Beside the coach's level stands what the machine found. Drills have no dimensions of empathy, conversations no procedure, record
or timing.
bad:
    applies_to: drills
    items: [{id: words, machine: acknowledge, …}]
good:
    applies_to: drills
    items: [{id: note, machine: record, …}]
## Q103 warning · level that a coach cannot tell from the others
Coaches agree where each level says what is seen in a session. An item without a question, a level without an anchor, or two with
the same one leave it to taste, and agreement falls.
bad:
    levels: [{level: 0}, {level: 1, anchor: good}, {level: 2, anchor: good}]
good:
    levels: [{level: 0, anchor: No next step., …}, {level: 1, anchor: A step without a time., …}]
## Q104 info · rubric not yet agreed
The weights and anchors are one author's judgement until real reviewers have approved them. The rubric can be used, and says so.
bad:
    review: {status: draft}
good:
    review: {status: approved, by: …, date: …}
"""
"""One page for each code."""
