
// The other tables: their rows in the order of any column.

/** Numbers by size and texts by the alphabet; rows without a value last. */
function compareCells(a, b, descending) {
  if (a === "" || b === "") return (a === "") - (b === "");
  const [left, right] = [Number(a), Number(b)];
  const order = Number.isNaN(left) || Number.isNaN(right) ? a.localeCompare(b, "en") : left - right;
  return descending ? -order : order;
}

function sortTable(table, head) {
  const heads = [...head.parentElement.children];
  const column = heads.indexOf(head);
  const isNumber = head.classList.contains("number");
  const before = head.getAttribute("aria-sort");
  const descending = before === "none" ? isNumber : before === "ascending";
  for (const other of heads) other.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const value = (row) => row.children[column].dataset.order;
  const body = table.tBodies[0];
  body.append(...[...body.rows].sort((a, b) => compareCells(value(a), value(b), descending)));
}

function startTable(table) {
  for (const head of table.tHead.rows[0].cells) {
    const button = element("button", { type: "button", onclick: () => sortTable(table, head) }, ...head.childNodes);
    head.setAttribute("aria-sort", "none");
    head.replaceChildren(button);
  }
}

document.querySelectorAll("table.sortable").forEach(startTable);
