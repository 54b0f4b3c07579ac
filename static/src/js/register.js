// Speed for whoever takes a register: keys, exceptions read at once, undo, and marks kept until they are saved.
// Without this file the page does all of it but for the keys and the keeping.

const form = document.querySelector("form[data-register]");
const part = (name) => form.querySelector(`[data-${name}]`);
const said = part("status");
const undoButton = part("undo");
const exceptions = form.elements.namedItem("exceptions");
const PREFIX = "npqh-register "; // portal.js forgets what begins so when somebody signs out
const WEEK = 7 * 24 * 60 * 60 * 1000;
const LETTERS = { p: "present", t: "part", a: "absent", u: "authorised", c: "caught_up", e: "exempt" };
const IN_WORDS = {
  present: "present", part: "part", absent: "absent", authorised: "authorised absence", caught_up: "caught up",
  exempt: "exempt",
};

// --- one person, one row ------------------------------------------------------------------------

const rows = [...form.querySelectorAll(".npqh-reg > li")].map((item) => {
  const shown = item.querySelector('[name^="shown-"]');
  const key = shown.name.slice("shown-".length);
  const box = (name) => item.querySelector(`[name="${name}-${key}"]`);
  return {
    item, key, name: item.dataset.name, isLate: "late" in item.dataset, isEarlier: "earlier" in item.dataset,
    saved: JSON.parse(shown.value || '["", "", ""]'),
    picks: [...item.querySelectorAll('[type="radio"]')],
    minutes: box("minutes"), note: box("note"), reason: box("reason"), more: item.querySelector("details"),
  };
});
const rowOf = (element) => rows.find((row) => row.item.contains(element));

/** Status, minutes, note and reason as they stand; minutes of a part alone. */
function stateOf(row) {
  const [minutes, note, reason] = [row.minutes, row.note, row.reason].map((box) => box?.value.trim() ?? "");
  const status = row.picks.find((pick) => pick.checked)?.value ?? "";
  return [status, status === "part" ? minutes : "", note, reason];
}

function put(row, [status, minutes, note, reason]) {
  for (const pick of row.picks) pick.checked = pick.value === status;
  if (row.minutes) row.minutes.value = minutes;
  row.note.value = note;
  if (row.reason) row.reason.value = reason;
  openWhereNeeded(row);
}

const isSame = (one, other, most = 4) => one.slice(0, most).every((value, place) => value === other[place]);
const isTouched = (row) => !isSame(stateOf(row), row.saved, 3) || Boolean(row.reason?.value.trim());

function needsReason(row) {
  const [status] = stateOf(row);
  const [before] = row.saved;
  if (status === "exempt") return before !== "exempt";
  return row.isEarlier && status !== before && status !== "caught_up";
}

function openWhereNeeded(row) {
  const chosen = row.picks.find((pick) => pick.checked);
  if (needsReason(row) || (chosen && row.more.contains(chosen)) || row.note.value) row.more.open = true;
}

// --- what was done, and back again --------------------------------------------------------------

const known = new Map(rows.map((row) => [row, stateOf(row)]));
const steps = [];

/** Note what has changed on these rows as one step back, and say it. */
function remember(changed, words) {
  const before = changed.filter((row) => !isSame(known.get(row), stateOf(row))).map((row) => [row, known.get(row)]);
  if (!before.length) return;
  steps.push(before);
  for (const [row] of before) known.set(row, stateOf(row));
  say(words);
  refresh();
}

function undo() {
  const step = steps.pop();
  if (!step) return;
  for (const [row, before] of step) {
    put(row, before);
    known.set(row, before);
  }
  const names = step.map(([row]) => row.name);
  say(`Undone: ${names.length > 3 ? `${names.length} people` : names.join(", ")}.`);
  refresh();
  if (!steps.length && document.activeElement === document.body) focusOn(step[0][0]);
}

function say(words, isWrong = false) {
  said.textContent = words;
  said.parentElement.classList.toggle("is-wrong", isWrong);
}

function inShort([status, minutes]) {
  return status === "part" && minutes ? `${IN_WORDS.part}, ${minutes} minutes` : IN_WORDS[status];
}

function inWords(row) {
  const state = stateOf(row);
  return state[0] ? `Marked ${inShort(state)}: ${row.name}.` : `No mark: ${row.name}.`;
}

function refresh() {
  const counts = {};
  let left = 0;
  for (const row of rows) {
    const [status] = stateOf(row);
    if (status) counts[status] = (counts[status] ?? 0) + 1;
    else if (!row.isLate) left += 1;
  }
  const marked = Object.values(counts).reduce((sum, count) => sum + count, 0);
  part("marked").textContent = `${marked} of ${marked + left} marked`;
  part("tally").textContent = Object.keys(IN_WORDS)
    .filter((status) => counts[status] || ["present", "part", "absent"].includes(status))
    .map((status) => `${counts[status] ?? 0} ${status === "authorised" ? status : IN_WORDS[status]}`)
    .join(", ");
  if (part("left")) part("left").textContent = left ? `Mark the ${left} left as present` : "Mark them";
  undoButton.hidden = !steps.length;
  keep();
}

form.addEventListener("change", (event) => {
  const row = rowOf(event.target);
  if (!row) return;
  openWhereNeeded(row);
  const isNote = event.target === row.note || event.target === row.reason;
  remember([row], isNote ? `Noted: ${row.name}.` : inWords(row));
});
form.addEventListener("input", () => keep());
undoButton.addEventListener("click", undo);

// --- keys ---------------------------------------------------------------------------------------

function focusOn(row) {
  const pick = row.picks.find((one) => one.checked && one.offsetParent) ?? row.picks[0];
  pick.focus({ preventScroll: true });
  row.item.scrollIntoView({ block: "nearest" });
}

function goFrom(row, by) {
  const next = rows[rows.indexOf(row) + by];
  if (next) focusOn(next);
  else if (by > 0) part("save").focus();
}

function mark(row, status) {
  const pick = row.picks.find((one) => one.value === status);
  if (!pick) {
    say(
      status === "caught_up"
        ? `Mark ${row.name} as absent first. Only what was missed can be caught up.`
        : `${row.name} joined after this session. They can only be marked as caught up.`,
    );
    return;
  }
  pick.checked = true;
  openWhereNeeded(row);
  remember([row], inWords(row));
  if (status === "part") row.minutes.select();
  else if (needsReason(row)) row.reason.focus();
  else goFrom(row, 1);
}

function onKey(event, row) {
  const key = event.key.toLowerCase();
  if (key in LETTERS) mark(row, LETTERS[key]);
  else if (key === "j" || key === "arrowdown") goFrom(row, 1);
  else if (key === "k" || key === "arrowup") goFrom(row, -1);
  else if (key === "n") {
    row.more.open = true;
    row.note.focus();
  } else return;
  event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const isTyping = event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() === "z" && !event.shiftKey && !isTyping && steps.length) {
      event.preventDefault();
      undo();
    }
    return;
  }
  const row = rowOf(event.target);
  if (row && isTyping) {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    if (event.key === "Enter") goFrom(row, 1);
    else focusOn(row);
  } else if (row) onKey(event, row);
  else if (event.target === exceptions && event.key === "Enter") {
    event.preventDefault();
    markTheRest();
  }
});

part("keys").hidden = false;
part("start").addEventListener("click", () => focusOn(rows.find((row) => !stateOf(row)[0] && !row.isLate) ?? rows[0]));

// --- all present except -------------------------------------------------------------------------

// As `cohorts/rules/registers.py` reads them; a test holds the two together.
const wordsOf = (text) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];

function begins(wanted, words) {
  const left = [...words];
  return [...wanted].sort((one, other) => other.length - one.length).every((want) => {
    const place = left.findIndex((word) => word.startsWith(want));
    if (place >= 0) left.splice(place, 1);
    return place >= 0;
  });
}

function meantBy(typed) {
  const wanted = wordsOf(typed);
  const there = rows.filter((row) => !row.isLate);
  if (!wanted.length) return [];
  const whole = there.filter((row) => wordsOf(row.name).join(" ") === wanted.join(" "));
  return whole.length ? whole : there.filter((row) => begins(wanted, wordsOf(row.name)));
}

function readExceptions(text) {
  const most = Number(form.dataset.minutes);
  const found = new Map();
  const faults = [];
  for (const piece of text.split(/[,;\n]+/).map((one) => one.trim()).filter(Boolean)) {
    const [, name, minutes] = piece.match(/^(.*\S)\s+(\d{1,4})$/) ?? [null, piece, null];
    const meant = meantBy(name);
    const names = meant.slice(0, 4).map((row) => row.name).concat(meant.length > 4 ? ["somebody else"] : []);
    const either = `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
    if (!meant.length) faults.push(`“${name}” is nobody on this register.`);
    else if (meant.length > 1) faults.push(`“${name}” may be ${either}. Type more of the name.`);
    else if (minutes !== null && !(Number(minutes) > 0 && Number(minutes) <= most))
      faults.push(`${names[0]} can have been there for 1 to ${most} minutes.`);
    else if (found.has(meant[0]) && found.get(meant[0]) !== minutes)
      faults.push(`${names[0]} is named twice, and not in the same way.`);
    else found.set(meant[0], minutes);
  }
  return { found, faults };
}

function markTheRest() {
  const { found, faults } = readExceptions(exceptions.value);
  sayFaults(faults);
  if (faults.length) {
    exceptions.focus();
    return;
  }
  const changed = [];
  for (const row of rows) {
    const [status, , note, reason] = stateOf(row);
    if (found.has(row)) {
      const minutes = found.get(row);
      put(row, [minutes === null ? "absent" : "part", minutes === null ? "" : String(Number(minutes)), note, reason]);
      changed.push(row);
    } else if (!status && !row.isLate) {
      put(row, ["present", "", note, reason]);
      changed.push(row);
    }
  }
  const present = changed.filter((row) => !found.has(row)).length;
  const others = [...found.keys()].map((row) => inWords(row)).join(" ");
  exceptions.value = "";
  remember(changed, `${present ? `Marked present: ${present}. ` : ""}${others}`.trim());
}

function sayFaults(faults) {
  let line = document.getElementById("exceptions-fault");
  if (!line) {
    line = document.createElement("p");
    line.id = "exceptions-fault";
    line.className = "govuk-error-message";
    line.setAttribute("role", "alert");
    exceptions.before(line);
    exceptions.setAttribute("aria-describedby", `${exceptions.getAttribute("aria-describedby") ?? ""} ${line.id}`.trim());
  }
  line.textContent = faults.join(" ");
  line.hidden = !faults.length;
  exceptions.toggleAttribute("aria-invalid", faults.length > 0);
  exceptions.classList.toggle("govuk-input--error", faults.length > 0);
}

// --- marks that are not saved yet ---------------------------------------------------------------

const place = `${PREFIX}${form.dataset.person} ${form.dataset.register}`;
let offered = {};

/** In this browser alone, until they are saved: by person signed in and register, with what each row showed before. */
function keep() {
  const touched = Object.fromEntries(
    rows.filter(isTouched).map((row) => [row.key, { state: stateOf(row), shown: row.saved }]),
  );
  const all = { ...offered, ...touched };
  try {
    if (Object.keys(all).length) localStorage.setItem(place, JSON.stringify({ at: Date.now(), rows: all }));
    else localStorage.removeItem(place);
  } catch {
    // Browsers may be told to keep nothing. Then nothing is kept.
  }
}

function keptBefore() {
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(PREFIX) && Date.now() - JSON.parse(localStorage.getItem(name)).at > WEEK) {
        localStorage.removeItem(name);
      }
    }
    return JSON.parse(localStorage.getItem(place) ?? "null");
  } catch {
    return null;
  }
}

/** Offered, never put back unasked: what the register says by now, or the page shows, needs no offer. */
function offer() {
  const kept = keptBefore();
  const open = Object.entries(kept?.rows ?? {}).flatMap(([key, one]) => {
    const row = rows.find((other) => other.key === key);
    return row && !isSame(one.state, row.saved, 3) && !isSame(one.state, stateOf(row)) ? [{ row, ...one }] : [];
  });
  offered = Object.fromEntries(open.map(({ row, state, shown }) => [row.key, { state, shown }]));
  keep();
  if (!open.length) return;
  const box = part("kept");
  const names = open.map(({ row }) => row.name);
  const since = open.filter(({ row, shown }) => !isSame(shown, row.saved, 3)).map(({ row }) => row);
  const marks = open.map(({ state }) => (state[0] ? inShort(state) : "no mark"));
  const lines = [
    `On ${moment(kept.at)} you marked ${names.length === 1 ? names[0] : `${names.length} people`} on this device, and ` +
      `it was not saved: ${names.length === 1 ? marks[0] : names.map((name, at) => `${name}, ${marks[at]}`).join("; ")}.`,
  ];
  if (since.length) {
    lines.push(
      `Saved since: ${since.map((row) => `${row.name}, ${inShort(row.saved)}`).join("; ")}. ` +
        "If you bring yours back and save, yours counts instead.",
    );
  }
  const done = () => {
    offered = {};
    box.hidden = true;
    keep();
  };
  const buttons = document.createElement("div");
  buttons.className = "govuk-button-group";
  buttons.append(
    button("Bring them back", () => {
      for (const { row, state } of open) put(row, state);
      done();
      remember(open.map(({ row }) => row), `Brought back, and not saved yet: ${names.length}.`);
      focusOn(open[0].row);
    }),
    button("Forget them", () => {
      done();
      focusOn(rows[0]);
    }),
  );
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "Marks that were not saved");
  box.append(...lines.map(paragraph), buttons);
  box.hidden = false;
}

/** "23 November 2026, 9.57am", as pages write it. */
function moment(at) {
  const told = (how) => new Intl.DateTimeFormat("en-GB", { ...how, timeZone: "Europe/London" }).format(at);
  const time = told({ hour: "numeric", minute: "2-digit", hourCycle: "h12" });
  return `${told({ dateStyle: "long" })}, ${time.replace(":", ".").replace(/\s/, "").toLowerCase()},`;
}

function paragraph(words) {
  const one = document.createElement("p");
  one.className = "govuk-body";
  one.textContent = words;
  return one;
}

function button(words, act) {
  const one = document.createElement("button");
  one.type = "button";
  one.className = "govuk-button govuk-button--secondary";
  one.textContent = words;
  one.addEventListener("click", act);
  return one;
}

// --- saving -------------------------------------------------------------------------------------

let isAsking = false;

// The portal is asked first whether it is there and knows who asks: what a browser sends into the void takes the
// page with it.
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (event.submitter?.name === "fill" || exceptions?.value.trim()) {
    markTheRest();
    return;
  }
  if (isAsking) return;
  isAsking = true;
  keep();
  say("Saving …");
  const trouble = await whyNot();
  isAsking = false;
  if (trouble) trouble();
  else form.submit();
});

async function whyNot() {
  const kept = "Everything is kept on this device.";
  try {
    const answer = await fetch(location.pathname, {
      method: "HEAD", redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(10_000),
    });
    if (answer.ok) return null;
    if (answer.type === "opaqueredirect") return () => askToSignIn(kept);
    return () => say(`Not saved: the portal cannot take it at the moment. ${kept} Save again in a minute.`, true);
  } catch {
    return () => say(`Not saved: there is no connection. ${kept} Save again once it is back.`, true);
  }
}

function askToSignIn(kept) {
  say(`Not saved: you are signed out. ${kept} `, true);
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.href = `/account/login/?next=${encodeURIComponent(location.pathname)}`;
  link.textContent = "Sign in again";
  said.append(link);
}

window.addEventListener("pageshow", (event) => {
  if (event.persisted) say("");
});

offer();
