/* Saved searches of the session, the ones made lately, and the address to share. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { el } = candidates;
    const MOST_RECENT = 8;
    let saved = [];

    const recentKey = () => `recent-${candidates.state.session || candidates.state.index.join()}`;

    candidates.on("query", function ({ isRefused }) {
        const { q } = candidates.state;
        if (isRefused || !q || !candidates.state.about) return;
        const before = candidates.remembered(recentKey(), []).filter((one) => one !== q);
        candidates.remember(recentKey(), [q, ...before].slice(0, MOST_RECENT));
    });

    function draw() {
        candidates.text("candidates-n-saved", saved.length ? String(saved.length) : "");
        const { q, about } = candidates.state;
        const rows = saved.map(function (one) {
            const open = el("button", { type: "button", class: "menu-item candidates-saved-open", "aria-current": one.q === q ? "true" : null }, el("span", { class: "candidates-saved-words" }, el("span", {}, one.name), el("span", { class: "mono quiet" }, one.q || "everything")));
            open.addEventListener("click", () => use(one));
            const drop = candidates.iconButton("trash-2", `Delete “${one.name}”`, () => remove(one));
            return el("div", { class: "candidates-saved-row" }, open, drop);
        });
        const recent = candidates.remembered(recentKey(), []).filter((one) => one !== q && !saved.some((other) => other.q === one)).slice(0, 5);
        const lately = recent.map(function (one) {
            const open = el("button", { type: "button", class: "menu-item" }, candidates.icon("history"), el("span", { class: "mono candidates-saved-text" }, one));
            open.addEventListener("click", () => candidates.find({ q: one }));
            return open;
        });
        const save = about && about.session ? candidates.button("Save this search…", { kind: "plain", icon: "plus" }, ask) : null;
        const share = candidates.button("Copy its address", { kind: "plain", icon: "link" }, copy);
        const none = saved.length ? null : el("p", { class: "menu-note" }, about && about.session ? "Nothing is saved in this session yet." : "Searches are saved in a session.");
        candidates.fill("candidates-saved", ...rows, none, el("hr", { class: "menu-line" }), save, share, ...(lately.length ? [el("hr", { class: "menu-line" }), el("p", { class: "menu-note" }, "Lately"), ...lately] : []));
    }

    function use(one) {
        if (one.sort && one.sort.length) Object.assign(candidates.state, { sort: one.sort, isSorted: true });
        if (one.columns) candidates.grid.setColumns(one.columns);
        candidates.find({ q: one.q });
    }

    async function copy() {
        const address = candidates.address();
        try {
            await navigator.clipboard.writeText(address);
            candidates.toast("The address is in the clipboard");
        } catch (error) {
            const field = el("input", { class: "form-control mono", value: address, readonly: true, "aria-label": "Address" });
            candidates.dialog("Address of this search", field);
            field.select();
        }
    }

    function ask() {
        const name = el("input", { class: "form-control", maxlength: "80", id: candidates.nextId("name"), autocomplete: "off" });
        const error = el("div", { class: "field-error", role: "alert" });
        const go = async function (event) {
            event.preventDefault();
            const { q, sort, columns, isSorted } = candidates.state;
            try {
                const answer = await candidates.ask("saved", { session: candidates.state.session, name: name.value, q, sort: isSorted ? sort : [], columns });
                take(answer.saved);
                dialog.close();
                candidates.toast(`Saved as “${name.value.trim()}”`);
            } catch (refused) {
                error.textContent = refused.message;
            }
        };
        const form = el("form", { class: "field" }, el("label", { class: "field-label", for: name.id }, "Name"), name, el("div", { class: "field-hint mono" }, candidates.state.q || "everything"), error);
        form.addEventListener("submit", go);
        const dialog = candidates.dialog("Save this search", form, candidates.button("Save", { kind: "primary" }, go));
        name.focus();
    }

    async function remove(one) {
        try {
            const answer = await candidates.ask("saved/delete", { session: candidates.state.session, name: one.name });
            take(answer.saved);
            candidates.toast(`“${one.name}” is deleted`, "Undo", async () => take((await candidates.ask("saved", { session: candidates.state.session, ...one })).saved));
        } catch (error) {
            candidates.emit("trouble", { error });
        }
    }

    function take(found) {
        saved = found;
        draw();
    }

    document.addEventListener("toggle", (event) => event.target.matches && event.target.matches(".candidates-saved[open]") && draw(), true);
    candidates.on("about", () => take(candidates.state.about.saved));
    candidates.on("query", draw);
})();
