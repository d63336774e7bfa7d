/* The search box: conditions as chips, what is being typed behind them, suggestions below. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { el, byId } = candidates;
    const PLACEHOLDER = "name, position, field:value, words";
    let offered = [];
    let active = -1;
    let asked = 0;
    let isQuiet = false; // a search was just asked for: what was typed before it offers nothing any more

    const input = () => byId("candidates-input");
    const list = () => byId("candidates-suggestions");

    function build() {
        const made = el("input", {
            id: "candidates-input", type: "text", class: "candidates-input", autocomplete: "off", spellcheck: "false", autocapitalize: "off",
            placeholder: PLACEHOLDER, role: "combobox", "aria-label": "Search", "aria-expanded": "false", "aria-controls": "candidates-suggestions",
            "aria-autocomplete": "list", "aria-describedby": "candidates-error", maxlength: "65536", enterkeyhint: "search",
        }); // prettier-ignore
        made.addEventListener("keydown", typed);
        made.addEventListener("input", () => ((isQuiet = false), offer(), resize()));
        made.addEventListener("focus", () => made.value && offer());
        made.addEventListener("blur", () => setTimeout(close, 120));
        made.addEventListener("paste", () => setTimeout(resize, 0));
        candidates.fill("candidates-input-host", made);
        byId("candidates-box").addEventListener("mousedown", function (event) {
            if (event.target.closest("button, input")) return;
            event.preventDefault();
            made.focus();
        });
        list().addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    }

    /* ---------------------------------------------------------------- chips */

    function draw() {
        if (!input()) return;
        const { chips } = candidates.state;
        const shown = chips.filter((one) => one.kind !== "words");
        const items = shown.map(function (one) {
            const edit = el("button", { type: "button", class: "candidates-chip-text", title: `${one.text} — click to change it as text` }, one.name ? el("span", { class: "candidates-chip-field" }, `${one.name} `) : null, one.shown);
            edit.addEventListener("click", () => take(one));
            const drop = el("button", { type: "button", class: "candidates-chip-drop", "aria-label": `Remove ${one.name} ${one.shown}` }, candidates.icon("x"));
            drop.addEventListener("click", () => remove(one));
            return el("li", { class: "candidates-chip" }, edit, drop);
        });
        candidates.fill("candidates-chips", ...items);
        input().value = chips.filter((one) => one.kind === "words").map((one) => one.text).join(" "); // prettier-ignore
        input().placeholder = items.length > 2 ? "and…" : PLACEHOLDER;
        resize();
        close();
    }

    function resize() {
        const made = input();
        made.style.setProperty("--length", `${Math.min(Math.max(made.value.length, 8), 60)}ch`);
    }

    const textOf = (chips, rest) => [...chips.map((one) => one.text), rest].filter(Boolean).join(" ");
    const without = (chip) => candidates.state.chips.filter((one) => one !== chip && one.kind !== "words");

    async function remove(chip) {
        await candidates.find({ q: textOf(without(chip), input().value.trim()) });
        input().focus();
    }

    /* A chip becomes text again, to be changed. */
    function take(chip) {
        const rest = input().value.trim();
        const kept = without(chip);
        candidates.state.chips = [...kept, { kind: "words", text: [chip.text, rest].filter(Boolean).join(" ") }];
        draw();
        const made = input();
        made.focus();
        made.setSelectionRange(0, chip.text.length);
    }

    /* ---------------------------------------------------------------- keys */

    function typed(event) {
        if (event.isComposing) return;
        const chips = candidates.state.chips.filter((one) => one.kind !== "words");
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            if (!offered.length) return;
            event.preventDefault();
            choose(active + (event.key === "ArrowDown" ? 1 : -1));
        } else if ((event.key === "Enter" || event.key === "Tab") && active >= 0) {
            event.preventDefault();
            accept(offered[active]);
        } else if (event.key === "Enter") {
            event.preventDefault();
            search();
        } else if (event.key === "Escape") {
            event.stopPropagation();
            if (offered.length) close();
            else input().blur();
        } else if (event.key === "Backspace" && !input().value && chips.length) {
            event.preventDefault();
            take(chips[chips.length - 1]);
        }
    }

    async function search() {
        isQuiet = true;
        close();
        const chips = candidates.state.chips.filter((one) => one.kind !== "words");
        await candidates.find({ q: textOf(chips, input().value.trim()) });
    }
    candidates.search = search;

    document.addEventListener("keydown", function (event) {
        if (event.key !== "/" || !input() || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
        if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog, [contenteditable='true'], .ag-floating-filter, .ag-popup")) return;
        if (document.querySelector(".modal.show") || !window.spectrolabe.keysOn) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        input().focus();
        input().select();
    }, true); // prettier-ignore

    /* ---------------------------------------------------------------- suggestions */

    const offer = candidates.debounce(async function () {
        const made = input();
        if (!made || isQuiet || document.activeElement !== made) return;
        const mine = (asked += 1);
        if (!made.value.trim()) return close();
        let answer;
        try {
            answer = await candidates.ask("suggest", candidates.question({ text: made.value.slice(0, 2000), position: made.selectionStart }));
        } catch (error) {
            return undefined; // a suggestion is no promise
        }
        if (mine === asked && document.activeElement === made) show(answer.suggestions);
        return undefined;
    }, 110);

    function show(found) {
        offered = found;
        active = -1;
        const items = found.map(function (one, k) {
            const made = el("li", { id: `candidates-suggestion-${k}`, role: "option", class: "candidates-suggestion", "aria-selected": "false" }, one.class_id ? candidates.mark(candidates.classOf(one.class_id)) : null, el("span", { class: "mono" }, one.shown), el("span", { class: "candidates-suggestion-detail" }, one.detail || ""));
            made.addEventListener("click", () => accept(one));
            return made;
        });
        candidates.fill(list(), ...items);
        list().hidden = !items.length;
        input().setAttribute("aria-expanded", String(items.length > 0));
        input().removeAttribute("aria-activedescendant");
    }

    function close() {
        asked += 1;
        if (list() && input()) show([]);
    }

    function choose(k) {
        active = (k + offered.length + 1) % (offered.length + 1);
        if (active === offered.length) active = -1;
        [...list().children].forEach((one, at) => one.setAttribute("aria-selected", String(at === active)));
        if (active >= 0) {
            list().children[active].scrollIntoView({ block: "nearest" });
            input().setAttribute("aria-activedescendant", `candidates-suggestion-${active}`);
        } else input().removeAttribute("aria-activedescendant");
    }

    /* A field leaves the cursor behind its colon; a value is searched at once. */
    function accept(one) {
        const made = input();
        made.value = made.value.slice(0, one.start) + one.text + made.value.slice(one.end);
        const end = one.start + one.text.length;
        made.focus();
        made.setSelectionRange(end, end);
        resize();
        close();
        if (one.kind === "value") return search();
        isQuiet = false;
        return offer();
    }

    candidates.on("start", build);
    candidates.on("query", ({ isRefused }) => {
        if (isRefused) candidates.state.chips = [{ kind: "words", text: candidates.state.q }];
        draw();
    });
})();
