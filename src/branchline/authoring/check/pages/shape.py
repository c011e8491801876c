"""S: reading and shape."""

TEXT = """
## S001
The file is not there, is a folder, or may not be read. Nothing in it can be checked.
bad:
    branchline check scenarios/conversations/chargedtwice.yaml
good:
    branchline check scenarios/conversations/charged-twice.yaml
## S002
Content is UTF-8, so that every letter means the same on every machine.
bad:
    (saved as UTF-16 or Latin-1)
good:
    (saved as UTF-8)
## S003
Terminals obey control and escape characters, and invisible marks can reverse the order of the text around them.
bad:
    say: "Your refund \\e[31mtoday"
good:
    say: "Your refund today"
## S004
A file of more than 2 MiB is no conversation; most likely something was pasted into it.
An SOP has 100,000 characters at most: nobody reads more while a customer waits.
bad:
    summary: (three million characters)
good:
    summary: Two identical charges, rent due tomorrow.
## S005
YAML cannot make sense of the file from here on. Often a colon or a quotation mark in a text is the reason: put the text in
quotation marks.
bad:
    say: Two things: your money and your rent
good:
    say: "Two things: your money and your rent"
## S006
YAML is indented with spaces; a tab has no width that all editors agree on.
bad:
    nodes:
    →opening:
good:
    nodes:
      opening:
## S007
Of two equal keys one would silently win, and the other would never be played.
bad:
    nodes:
      opening: {go: verify}
      opening: {go: history}
good:
    nodes:
      opening: {go: verify}
      second: {go: history}
## S008
Anchors and aliases hide what a line says in another place, and a few of them can grow without end. Use a part to share nodes.
bad:
    - &sorry {id: sorry, say: "Sorry.", go: verify}
    - *sorry
good:
    - {id: sorry, say: "Sorry.", go: verify}
## S009
A merge key copies what stands elsewhere, and nobody sees it where it counts.
bad:
    <<: *defaults
good:
    channel: phone
## S010
A tag asks the reader to build something of its own; content is plain data.
bad:
    minutes: !!int "8"
good:
    minutes: 8
## S011
One file holds one document; a second one would never be read.
bad:
    format: 1
    ---
    format: 1
good:
    format: 1
## S012
There is nothing in the file.
bad:
    # to be written
good:
    format: 1
    id: charged-twice
## S013
Nobody can read what is nested that deeply; usually brackets are left open.
bad:
    go: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[verify
good:
    go: verify
## S014
A text of more than 10,000 characters is usually one whose closing quotation mark is missing.
bad:
    say: "Two charges, and nobody called
good:
    say: "Two charges, and nobody called."
## S015
Keys are names. A number or a flag as a key would be another thing in every program that reads the file.
bad:
    facts: {42: refund}
good:
    facts: {"42": refund}
## S016
A file with that many values is no conversation.
bad:
    (a list of a million entries)
good:
    (split into several files)
## S101
The program does not know this key and would ignore what you wrote under it. A key that is nearly right is usually a slip.
bad:
    - {id: pin, txt: "May I have your PIN?", go: history}
good:
    - {id: pin, say: "May I have your PIN?", go: history}
## S102
Without this key the rest cannot be understood.
bad:
    - {id: pin, say: "May I have your PIN?"}
good:
    - {id: pin, say: "May I have your PIN?", go: history}
## S103
Only the listed words mean something here.
bad:
    channel: telephone
good:
    channel: phone
## S104
The value has another kind than what is due. `yes`, `no`, `on`, `12:30` and `0123` are text; a text that looks like a number needs
quotation marks.
bad:
    title: 2024
good:
    title: "2024"
## S105
The value has the right kind and lies outside of what makes sense.
bad:
    level: 9
good:
    level: 5
## S201 warning · silenced without a reason
A comment that silences a finding is a decision. Whoever reads it next year needs to know why it was taken.
bad:
    minutes: 8   # branchline: ignore[L102]
good:
    minutes: 8   # branchline: ignore[L102] the long letter is the point of this node
## S202 warning · comment that silences nothing
The finding is gone, and the comment would silence the next one that nobody has seen yet.
bad:
    level: 2   # branchline: ignore[E001] all alike on purpose
good:
    level: 2
## S203 warning · comment with an unknown code
No finding has this code, so the comment does nothing.
bad:
    level: 2   # branchline: ignore[E999] on purpose
good:
    level: 2   # branchline: ignore[E001] on purpose
## S204 warning · comment against an error
What cannot be played cannot be silenced: the error stays, whatever a comment says.
bad:
    go: nowhere   # branchline: ignore[R001] comes later
good:
    go: opening
"""
"""One page for each code."""
