"""What a new file holds: small, whole, and playable as it stands, so that a designer changes rather than fills in."""

from __future__ import annotations

SCENARIO = """\
format: 1
id: {id}
version: 1
title: {title}
summary: One sentence that says who calls, why, and what makes it hard.
channel: chat                    # chat | phone | email | ticket
language: en
level: 1                         # 1 easy … 5 hard
minutes: 5
sops: [{sop}]
customer:
  name: Robin Ashdown
  account: AC-10001
  plan: Starter
  tenure_months: 6
  trust: 45                      # 0..100, how it starts
  heat: 50
  volatility: normal             # calm | normal | quick
variables:
  looked: flag                   # false at the start
start: opening
nodes:
  opening:
    claim: Names what the customer lost before touching anything
    lines:
      - customer: "My shop has been offline since nine. I have called twice and nobody rang back."
    choices:
      - id: ask
        say: "I am sorry about that. So that I can help you, could you tell me your domain name and what exactly you see on the page?"
        empathy: {{acknowledge: 1, understand: 0, explore: 1, ownership: 1, clarity: 1, tone: 1}}
        go: found
        because: Polite, and it makes the customer tell it a third time.
      - id: own-it
        say: "Offline since nine, and two calls without an answer. I am staying with this, and I am looking at your site now."
        empathy: {{acknowledge: 2, understand: 2, explore: 1, ownership: 2, clarity: 2, tone: 2}}
        effects: [set looked]
        go: found
        because: Names the loss and the broken promise, then says who does what next.
      - id: policy
        say: "Please note that our guaranteed response time for your plan is one working day, as your contract says."
        flags: [policy_shield]
        empathy: {{acknowledge: 0, understand: 0, explore: na, ownership: 0, clarity: 1, tone: 0}}
        effects: [heat +15]
        go: found
        because: True, and no help; the customer hears that nobody will look.
  found:
    claim: Says the next step with a time
    lines:
      - {{desk: "Site: disk full since 08:58.", when: looked}}
      - {{desk: "Site: nobody has opened it yet.", when: not looked}}
    choices:
      - id: wait
        say: "It seems to be a technical problem. A colleague will take care of it as soon as possible. Is there anything else I can do?"
        empathy: {{acknowledge: 0, understand: 0, explore: na, ownership: 0, clarity: 0, tone: 1}}
        go: [{{when: heat > 60, go: gone}}, {{go: waiting}}]
        because: No cause, no time, no name; the third call is certain.
      - id: clear
        say: "The disk of your site is full. I am clearing old backups now; at ten past you hear from me, whatever I find."
        empathy: {{acknowledge: 1, understand: 2, explore: na, ownership: 2, clarity: 2, tone: 2}}
        does: [{sop}/tell, {sop}/note]
        solves: true
        go: back
        because: Cause, next step and a clock time, in plain words.
endings:
  back: {{title: Online again and told why, outcome: resolved, value: 100}}
  waiting: {{title: Waiting for somebody, outcome: pending, value: 30}}
  gone: {{title: The customer hangs up, outcome: lost, value: 0}}
review: {{status: draft}}
"""

SCENARIO_TEST = """\
format: 1
scenario: {id}
seed: 1
choices: [own-it, clear]
expect:
  ending: back
  variables: {{looked: true}}
  scores: {{sop: 100, outcome: 100, composite: ">= 80"}}
  passed: true
  text: "Site: disk full since 08:58."
"""

SOP = """\
---
format: 1
id: {id}
title: {title}
version: 1
effective: 2026-01-01
owner: Service desk
applies_to: {{category: hosting/site_down, channels: [phone, chat, email, ticket]}}
outcomes:
  told: {{requires: [tell, note]}}
---
Use when a customer says that something does not work. A numbered line without braces is advice: shown, never scored.

1. Say cause, next step and a time. {{#tell do=public_reply}}
2. Write down what you found and what you promised. {{#note do=internal_note after=tell}}
3. Never promise a time that is not yours to keep.
"""

DRILL = """\
format: 1
id: {id}
version: 1
title: {title}
summary: One sentence that says what the ticket looks like and what it really is.
language: en
level: 1
minutes: 5
tier: 1
sops: [{sop}]
ticket:
  number: 1001
  subject: Site is offline
  channel: email
  status: new
  impact: 2
  urgency: 2
  requester: robin
  category: {category}
conversation:
  - {{from: customer, at: 0m, text: "My shop has been offline since nine. Could somebody please look?"}}
records:
  customer: {{id: robin, name: Robin Ashdown, plan: Starter}}
  site: {{state: disk full}}
expect:
  ticket: {{status: solved}}
  untouched: [customer.plan]
review: {{status: draft}}
"""

DRILL_TEST = """\
format: 1
drill: {id}
seed: 1
actions:
  - {{do: assign, to: me}}
  - {{do: public_reply, text: "The disk of your site is full. I am clearing old backups now; at ten past nine you hear from me."}}
  - {{do: internal_note, text: "Disk full. Call promised for 09:10."}}
  - {{do: set_field, field: disposition, value: {disposition}}}
  - {{do: set_status, status: solved}}
  - {{do: submit}}
expect:
  ticket: {{status: solved}}
  scores: {{sop: ">= 80", outcome: 100}}
"""

DESK = """\
format: 1
title: Service desk

# What the company's tools can do. The ticket's own verbs (replies, notes, fields, status, escalation, …) belong to every desk.
verbs:
  check_site:
    title: Look at the customer's site
    minutes: 1
    shows: "Site: {site.state}"

categories:
  hosting: {title: Hosting, sub: {site_down: Site is down}}

dispositions:
  hosting/site_down: {fixed: Fixed}
"""

LESSON = """\
format: 1
id: {id}
title: {title}
minutes: 3
cards:
  - |-
    # What the customer lost
    Before a customer can hear a solution, they must hear that somebody saw the loss.
items:
  - id: first-sentence
    type: single                 # single | multiple | order | match | number
    ask: Which first sentence names the loss?
    options:
      - {{id: a, text: I understand your frustration., correct: false, because: Names a feeling and no loss.}}
      - {{id: b, text: Your shop has been offline since nine., correct: true, because: It says what was lost and since when.}}
"""

RUBRIC = """\
format: 1
id: {id}
version: 1
title: {title}
summary: One sentence that says what this scorecard is for.
language: en
applies_to: both                 # conversations | drills | both
cap: 59                          # the most that is left where a critical item is at its lowest level
items:
  - id: loss
    ask: Did the first reply name what the customer lost?
    weight: 40                   # integers; together 100
    machine: acknowledge         # the part of the machine's score that stands beside it
    na: true                     # may be marked as not applicable; its weight goes to the others
    levels:                      # from the lowest to the highest
      - {{level: 0, anchor: "No word of it, or blame."}}
      - {{level: 1, anchor: "A formula: sorry for the inconvenience."}}
      - {{level: 2, anchor: "The loss and its cause, in the customer's own terms."}}
  - id: next-step
    ask: Did the customer hear who does what, and by when?
    weight: 40
    levels:
      - {{level: 0, anchor: Nothing that the customer could hold anybody to.}}
      - {{level: 1, anchor: A next step without a name or without a time.}}
      - {{level: 2, anchor: "A name, a step and a clock time."}}
  - id: verified
    ask: Was the caller confirmed before anything about the account was said or changed?
    weight: 20
    critical: true
    levels:
      - {{level: "no", anchor: Something was said or changed first.}}
      - {{level: "yes", anchor: "Confirmed first, or there was nothing to protect."}}
review: {{status: draft}}
"""

CI = """\
name: content
on: [push, pull_request]
permissions:
  contents: read
jobs:
  content:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install branchline
      - run: branchline check --workspace . --format github
      - run: branchline test --workspace . --junit content.xml
"""
