// Plays one ink story with inkjs: reads what to do from stdin as JSON, writes what it took in processor seconds to stdout as JSON.
"use strict";
const { Compiler } = require("inkjs/full");

const given = JSON.parse(require("node:fs").readFileSync(0, "utf-8"));

function cost(work) {
  const began = process.cpuUsage();
  work();
  const spent = process.cpuUsage(began);
  return (spent.user + spent.system) / 1e6;
}

function peak() {
  return Number(/VmHWM:\s+(\d+)/.exec(require("node:fs").readFileSync("/proc/self/status", "utf-8"))[1]) / 1024;
}

function walk(story, plays) {
  let open = 0;
  const ends = [];
  for (const picks of plays) {
    story.ResetState();
    let text = story.ContinueMaximally();
    for (const pick of picks) {
      open += story.currentChoices.length;
      story.ChooseChoiceIndex(pick);
      text = story.ContinueMaximally();
    }
    ends.push(text.trim().split("\n").pop());
  }
  return { open, ends };
}

function randomPlays(story, count) {
  for (let play = 0; play < count; play += 1) {
    story.ResetState();
    story.ContinueMaximally();
    while (story.currentChoices.length) {
      story.ChooseChoiceIndex(Math.floor(Math.random() * story.currentChoices.length));
      story.ContinueMaximally();
    }
  }
}

function position(story) {
  const where = story.currentChoices.length ? story.currentChoices[0].sourcePath.split(".")[0] : "end";
  return [where, ...given.variables.map((name) => story.variablesState[name])].join();
}

// Breadth first over positions, each reached by loading the saved state before it; stops after `most` moves.
function search(story, most) {
  story.ResetState();
  story.ContinueMaximally();
  const seen = new Set([position(story)]);
  const waiting = [story.state.toJson()];
  let moves = 0;
  for (const saved of waiting) {
    story.state.LoadJson(saved);
    const open = story.currentChoices.length;
    for (let pick = 0; pick < open && moves < most; pick += 1) {
      if (pick) story.state.LoadJson(saved);
      story.ChooseChoiceIndex(pick);
      story.ContinueMaximally();
      moves += 1;
      const key = position(story);
      if (!seen.has(key)) {
        seen.add(key);
        waiting.push(story.state.toJson());
      }
    }
    if (moves >= most) break;
  }
  return moves;
}

if (given.large !== undefined) {
  const before = peak();
  const kept = new Compiler(given.large).Compile();
  kept.ContinueMaximally();
  process.stdout.write(JSON.stringify({ mebibytes: peak() - before }));
} else {
  const story = new Compiler(given.story).Compile();
  const met = walk(story, given.walk); // also lets the engine warm up
  let moves = search(story, given.moves);
  randomPlays(story, given.plays);
  const found = {
    ...met,
    walk: cost(() => walk(story, given.walk)),
    plays: cost(() => randomPlays(story, given.plays)),
    search: cost(() => { moves = search(story, given.moves); }),
  };
  process.stdout.write(JSON.stringify({ ...found, moves }));
}
