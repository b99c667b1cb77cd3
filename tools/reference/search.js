// SPDX-License-Identifier: GPL-3.0-only
// Searches `index`, entries [name, namespace, first sentence, address]: names that begin with what was typed come first, then such that have it
// inside, then sentences that have all its words.
const query = document.getElementById("query");
const found = document.getElementById("found");
const LIMIT = 40;
let chosen = 0;

function rank([name, namespace, sentence], text, words) {
    const low = name.toLowerCase();
    const whole = namespace ? namespace + "/" + low : low;
    if (low === text || whole === text) return 0;
    if (low.startsWith(text)) return 1;
    if (whole.includes(text)) return 2;
    const all = (whole + " " + sentence).toLowerCase();
    return words.every(word => all.includes(word)) ? 3 : -1;
}

function search(text) {
    const words = text.split(/\s+/);
    return index.map(entry => [rank(entry, text, words), entry])
        .filter(([r]) => r >= 0)
        .sort(([r, a], [s, b]) => r - s || a[0].length - b[0].length || a[0].localeCompare(b[0]))
        .slice(0, LIMIT)
        .map(([, entry]) => entry);
}

function choose(n) {
    const items = found.children;
    if (!items.length) return;
    chosen = (n + items.length) % items.length;
    for (const [i, item] of [...items].entries()) item.classList.toggle("chosen", i === chosen);
    items[chosen].scrollIntoView({ block: "nearest" });
}

function show() {
    const text = query.value.trim().toLowerCase();
    found.replaceChildren(...(text ? search(text) : []).map(([name, namespace, sentence, address]) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        const about = document.createElement("small");
        link.href = address;
        link.append(namespace ? namespace + "/" + name : name, " ", about);
        about.append(sentence);
        link.onclick = () => { query.value = ""; show(); };
        item.append(link);
        return item;
    }));
    choose(0);
}

query.addEventListener("input", show);
query.addEventListener("keydown", event => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" && found.children[chosen]) found.children[chosen].firstChild.click();
    else if (event.key === "Escape") { query.value = ""; show(); }
    else return;
    event.preventDefault();
});
document.addEventListener("keydown", event => {
    if (event.key === "/" && document.activeElement !== query) { query.focus(); event.preventDefault(); }
});
