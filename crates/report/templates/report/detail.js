
// One post with all that is known of it, in a dialog.

const detail = {
  dialog: byId("detail"),
  post: null,
  /** The score whose words are marked. */
  marked: "urgency",
  /** The posts that "previous" and "next" go through. */
  posts: [],
  closed: () => {},
};

const TERMS = ["urgency", "anger", "actionable", "tried_before", "churn", "reach"];

function heading(post) {
  const author = post.author ? [" by ", isolated(post.author)] : [];
  return [`Post ${post.place} `, chip(post.band), ...author];
}

const effectOf = ([, , anger, urgency]) => (detail.marked === "anger" ? anger : urgency);

/** A word that raised the marked score, by thirds of the strongest effect; or lowered it. */
function strength(effect, strongest) {
  return effect < 0 ? "lower" : String(Math.max(1, Math.ceil((3 * effect) / strongest)));
}

function markedText(post) {
  const words = post.words.filter((word) => effectOf(word) !== 0);
  const strongest = Math.max(...words.map(effectOf), 0.01);
  const parts = [];
  let end = 0;
  for (const word of words) {
    const [from, to] = word;
    const mark = {
      "data-strength": strength(effectOf(word), strongest),
      title: signed(effectOf(word)),
    };
    parts.push(post.text.slice(end, from), element("mark", mark, post.text.slice(from, to)));
    end = to;
  }
  parts.push(post.text.slice(end));
  if (post.is_cut) parts.push("… (cut here; posts.csv has the whole text)");
  return element("p", { class: "text", dir: "auto", "data-score": detail.marked }, ...parts);
}

const signed = (effect) => `${effect < 0 ? "−" : "+"}${Math.abs(effect).toFixed(2)}`;

/** The marked words as a sentence, for those who do not see the marks. */
function wordsInWords(post) {
  const raised = post.words
    .filter((word) => effectOf(word) > 0)
    .sort((a, b) => effectOf(b) - effectOf(a))
    .slice(0, 8)
    .map((word) => `“${post.text.slice(word[0], word[1])}” ${signed(effectOf(word))}`);
  const score = detail.marked;
  return raised.length > 0
    ? `Words that raised ${score} (log odds): ${raised.join(", ")}.`
    : `No single word raised ${score}.`;
}

function wordButtons() {
  const button = (score) => {
    const attributes = {
      type: "button",
      "aria-pressed": String(detail.marked === score),
      onclick: () => {
        detail.marked = score;
        showDetail(detail.post);
        byId("detail-body").querySelector("[aria-pressed=true]").focus();
      },
    };
    return element("button", attributes, `Words for ${score}`);
  };
  const group = { class: "buttons", role: "group", "aria-label": "Marked words" };
  return element("div", group, button("urgency"), button("anger"));
}

function priorityBar(post) {
  const label = TERMS.map((term, index) => `${NAMES[term]} ${decimals(post.terms[index], 1)}`);
  const bar = element("div", {
    class: "terms",
    role: "img",
    "aria-label": `Priority ${decimals(post.priority, 1)} of 100: ${label.join(", ")}`,
  });
  for (const [index, term] of TERMS.entries()) {
    const part = element("span", { "data-term": term });
    part.style.width = `${post.terms[index]}%`;
    bar.append(part);
  }
  const legend = TERMS.map((term, index) =>
    element(
      "li",
      {},
      element("i", { "data-term": term, "aria-hidden": "true" }),
      `${NAMES[term]} ${decimals(post.terms[index], 1)}`,
    ),
  );
  return [bar, element("ul", { class: "legend" }, ...legend)];
}

function scoreTable(post) {
  const { scores, decided: says } = post;
  const rows = [
    ["Urgency", scores.urgency, `${says.urgency} ${LEVELS.urgency[says.urgency]}`],
    ["Anger", scores.anger, `${says.anger} ${LEVELS.anger[says.anger]}`],
    ["Sentiment", scores[says.sentiment], says.sentiment],
    ["Actionable", scores.actionable, yesNo(says.actionable)],
    ["Tried before", scores.tried_before, yesNo(says.tried_before)],
    ["Churn", scores.churn, yesNo(says.churn)],
  ].map(([name, score, decision]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      element("td", { class: "number" }, decimals(score, 2)),
      element("td", {}, decision),
    ),
  );
  const head = ["Signal", "Score", "Decided"].map((name) => element("th", { scope: "col" }, name));
  return element(
    "table",
    {},
    element("caption", { class: "hidden" }, "Scores"),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...rows),
  );
}

function facts(post) {
  const answered = post.answered === false ? "no" : "not known";
  const rows = [
    ["Written", post.created],
    ["Waits", post.waited],
    ["Answered", answered],
    ["Followers", count(post.followers)],
    ["Reach", post.reach == null ? null : `${decimals(post.reach, 0)} of 100`],
    ["Rank", count(post.rank)],
    ["Without reach", count(post.rank_without_reach)],
    ["Copies", post.copies > 1 ? counted(post.copies, "post") : null],
    ["Company", post.company],
    ["Topic", post.topic],
    ["Language", post.language],
    ["Source", post.source],
    ["Conversation", post.conversation],
    ["Id", post.id],
  ];
  const known = rows.filter(([, value]) => value != null && value !== MISSING);
  return element(
    "dl",
    {},
    ...known.map(([name, value]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, isolated(value))),
    ),
  );
}

function question(post, { name, title, answers }) {
  const chosen = () => corrections.get(post.id)[name];
  const group = { class: "question", role: "group", "aria-label": title, "data-question": name };
  const buttons = answers.map(([answer, shown]) => {
    const button = element("button", { type: "button", "data-answer": answer }, shown);
    button.addEventListener("click", () => {
      corrections.set(post.id, name, chosen() === answer ? "" : answer);
      show();
    });
    return button;
  });
  const show = () => {
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(chosen() === button.dataset.answer));
    }
  };
  show();
  const model = element("small", {}, `model: ${decided(post, name)}`);
  return element("div", group, element("span", {}, title), ...buttons, model);
}

function note(post) {
  const input = element("input", { id: "note", type: "text", autocomplete: "off" });
  input.value = corrections.get(post.id).note ?? "";
  input.addEventListener("change", () => corrections.set(post.id, "note", input.value.trim()));
  const label = element("label", { for: "note" }, "Note");
  return element("div", { class: "question" }, element("span", {}, label), input);
}

function correctionForm(post) {
  return element(
    "div",
    { class: "questions", id: "correct" },
    ...QUESTIONS.map((it) => question(post, it)),
    note(post),
  );
}

function detailBody(post) {
  const hasWords = post.words.length > 0;
  const title = (text, attributes) => element("h3", attributes ?? {}, text);
  return [
    hasWords ? wordButtons() : null,
    markedText(post),
    hasWords ? element("p", {}, wordsInWords(post)) : null,
    element("p", {}, post.why),
    title(`Priority ${decimals(post.priority, 1)} of 100`),
    ...priorityBar(post),
    element(
      "div",
      { class: "pair" },
      element("div", {}, title("Scores"), scoreTable(post)),
      element("div", {}, title("Facts"), facts(post)),
    ),
    title("Correct the scores", { id: "correct-title", tabindex: "-1" }),
    element("p", {}, "Choose what is right; choose it again to take it back. Leave open what you have not judged."),
    correctionForm(post),
  ].filter((part) => part != null);
}

function showDetail(post) {
  detail.post = post;
  const place = detail.posts.indexOf(post);
  byId("detail-previous").disabled = place <= 0;
  byId("detail-next").disabled = place < 0 || place >= detail.posts.length - 1;
  byId("detail-title").replaceChildren(...heading(post));
  byId("detail-body").replaceChildren(...detailBody(post));
}

/** Opens the dialog at its beginning, or at the corrections. */
function openDetail(post, posts, target) {
  detail.posts = posts;
  const strongest = (index) => Math.max(0, ...post.words.map((word) => word[index]));
  detail.marked = strongest(2) > strongest(3) ? "anger" : "urgency";
  showDetail(post);
  detail.dialog.showModal();
  byId(target).focus();
  byId(target).scrollIntoView({ block: "nearest" });
}

function step(by) {
  const post = detail.posts[detail.posts.indexOf(detail.post) + by];
  if (!post) return;
  showDetail(post);
  detail.dialog.scrollTop = 0;
  byId("detail-title").focus();
}

function startDetail() {
  byId("detail-previous").addEventListener("click", () => step(-1));
  byId("detail-next").addEventListener("click", () => step(1));
  byId("detail-close").addEventListener("click", () => detail.dialog.close());
  detail.dialog.addEventListener("close", () => detail.closed(detail.post));
  // A click beside the dialog closes it.
  detail.dialog.addEventListener("click", (event) => {
    if (event.target !== detail.dialog) return;
    const box = detail.dialog.getBoundingClientRect();
    const isInside =
      event.clientX >= box.left && event.clientX <= box.right &&
      event.clientY >= box.top && event.clientY <= box.bottom;
    if (!isInside) detail.dialog.close();
  });
}

startDetail();
