// The parts of this script are joined in the order dom, corrections, detail, queue, tables, and run
// as one module. Texts become text nodes and never markup.

const data = JSON.parse(document.getElementById("data").textContent);

const byId = (id) => document.getElementById(id);

/** An element with attributes, listeners (`onclick` and the like, as functions) and children. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null && child !== ""));
  return made;
}

const MISSING = "–";
const LEVELS = {
  anger: ["none", "irritated", "angry", "furious"],
  urgency: ["none", "can wait", "today", "now"],
};
const BANDS = ["now", "today", "later"];
const NAMES = {
  urgency: "Urgency",
  anger: "Anger",
  actionable: "Actionable",
  tried_before: "Tried before",
  churn: "Churn",
  reach: "Reach",
};

const grouping = new Intl.NumberFormat("en-US");
const count = (number) => (number == null ? MISSING : grouping.format(number));
const counted = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
const decimals = (number, digits) => (number == null ? MISSING : number.toFixed(digits));
const yesNo = (flag) => (flag ? "yes" : "no");
const shownText = (post) => post.text + (post.is_cut ? "…" : "");
const isolated = (text) => element("bdi", {}, text);
const chip = (band) => element("span", { class: "chip", "data-band": band }, band);

for (const [index, post] of data.rows.entries()) post.place = index + 1;
