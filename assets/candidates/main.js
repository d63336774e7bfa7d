/* The page Candidates: when it opens and closes, what its address says, the history, and clicks. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { byId, el } = candidates;
    const LONGEST_ADDRESS = 3500; // servers refuse longer ones
    let page = null;
    let asked = 0;

    /* ---------------------------------------------------------------- opening and closing */

    function watch() {
        const found = byId("candidates-page");
        if (found === page) return;
        if (page) candidates.emit("stop");
        page = found;
        document.documentElement.classList.toggle("is-exploring", Boolean(found));
        if (found) start();
    }

    function start() {
        candidates.state = candidates.fresh();
        candidates.state.session = page.dataset.session;
        read();
        candidates.emit("start");
        load();
    }

    new MutationObserver(watch).observe(document.documentElement, { childList: true, subtree: true });

    /* ---------------------------------------------------------------- the address */

    function read() {
        const given = new URLSearchParams(window.location.search);
        const { state } = candidates;
        state.q = given.get("q") || "";
        state.index = (given.get("index") || "").split(",").filter(Boolean);
        state.sort = (given.get("sort") || "").split(",").filter(Boolean).map((one) => ({ field: one.replace(/^-/, ""), descending: one.startsWith("-") }));
        state.columns = given.has("columns") ? given.get("columns").split(",").filter(Boolean) : null;
        state.view = given.get("view") === "statistics" ? "statistics" : "spectra";
        state.field = given.get("field") || null;
        state.isLog = given.get("scale") !== "linear";
    }

    function address() {
        const { state } = candidates;
        const made = new URL(window.location.href);
        const set = (name, value) => (value ? made.searchParams.set(name, value) : made.searchParams.delete(name));
        set("q", state.q);
        set("index", state.isIndexChosen ? state.index.join(",") : "");
        set("sort", state.isSorted ? state.sort.map((one) => (one.descending ? "-" : "") + one.field).join(",") : "");
        set("columns", state.columns ? state.columns.join(",") : "");
        set("view", state.view === "statistics" ? "statistics" : "");
        set("field", state.isFieldChosen ? state.field : "");
        set("scale", state.isLog ? "" : "linear");
        if (made.href.length > LONGEST_ADDRESS) made.searchParams.delete("q");
        return made.href;
    }
    candidates.address = address;

    /* `isStep`: the button Back of the browser returns to what was before. */
    candidates.keep = function (isStep) {
        const now = address();
        if (now === window.location.href) return;
        window.history[isStep ? "pushState" : "replaceState"](window.history.state, "", now);
    };

    /* Steps within this page are its own; Dash would make the page anew. */
    window.addEventListener("popstate", function (event) {
        if (!page || !window.location.pathname.replace(/\/$/, "").endsWith("/candidates")) return;
        if ((new URLSearchParams(window.location.search).get("session") || "") !== page.dataset.session) return;
        event.stopImmediatePropagation();
        const { about } = candidates.state;
        read();
        if (about) complete(about);
        showView();
        candidates.find({ isBack: true });
    });

    /* ---------------------------------------------------------------- what there is */

    async function load() {
        const mine = (asked += 1);
        const { session, index } = candidates.state;
        const slow = setTimeout(() => candidates.emit("slow"), 150);
        const query = new URLSearchParams();
        if (session) query.set("session", session);
        if (index.length) query.set("index", index.join(","));
        try {
            const about = await candidates.ask(`state?${query}`);
            if (mine !== asked || !page) return;
            candidates.state.about = about;
            complete(about);
            candidates.emit("about");
            if (!instead(about)) candidates.find({ isFirst: true });
        } catch (error) {
            if (mine === asked && page) failed(error);
        } finally {
            clearTimeout(slow);
        }
    }
    candidates.load = load;

    /* What the address leaves open. */
    function complete(about) {
        const { state } = candidates;
        state.isIndexChosen = state.index.length > 0;
        state.isSorted = state.sort.length > 0;
        state.isFieldChosen = Boolean(state.field);
        if (!state.index.length) state.index = about.chosen;
        if (!state.sort.length) state.sort = about.sort;
        if (!state.field) state.field = about.histogram;
    }

    function empty(icon, title, text, ...buttons) {
        const inside = [candidates.icon(icon), el("h2", { class: "empty-title-big" }, title), el("p", { class: "empty-text" }, text), el("div", { class: "empty-actions" }, ...buttons)];
        inside[0].style.setProperty("--icon-size", "26px");
        candidates.fill("candidates-instead", el("div", { class: "empty-state" }, ...inside));
    }

    const link = (text, href, kind) => el("a", { class: `button button-${kind || "primary"}`, href }, text);

    /* Instead of the page: why there is nothing to search, and what to do. True if that is so. */
    function instead(about) {
        const place = byId("candidates-instead");
        const names = about.indices.map((one) => one.name);
        const session = candidates.state.session;
        const others = names.length ? [link("Search every catalog", `/candidates?${new URLSearchParams({ ...(session ? { session } : {}), index: names.slice(0, 20).join(",") })}`, "outline")] : [];
        const isEmpty = !about.chosen.length && !about.backend.trouble;
        page.classList.toggle("is-empty", isEmpty);
        place.hidden = !isEmpty;
        if (!isEmpty) return false;
        if (!session) {
            const text = names.length ? `Labels and predictions belong to a session. Without one, ${candidates.several(names.length, "catalog")} can be searched for what the survey says.` : "Search what a survey and your network say of spectra. It begins with a session and its pool.";
            empty("layers", "No session is open", text, link("Choose a session", "/"), ...others);
        } else {
            const pool = about.session && about.session.pool;
            const text = pool ? `The pool “${pool}” has no search index yet. It is made when a pool or its metadata are imported.` : "This session has no pool. Choose one, and its metadata can be searched here.";
            empty("search-x", "Nothing to search yet", text, link(pool ? "Import metadata" : "Choose a pool", `/data?${new URLSearchParams({ session })}`), ...others);
        }
        return true;
    }

    function failed(error) {
        byId("candidates-instead").hidden = false;
        page.classList.add("is-empty");
        empty("circle-x", "The page could not be opened", error.message, candidates.button("Try again", { kind: "primary", icon: "refresh-cw" }, load));
    }

    /* ---------------------------------------------------------------- views, clicks and keys */

    function showView() {
        const { view } = candidates.state;
        page.dataset.view = view;
        [...byId("candidates-view").children].forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.act === `view:${view}`)));
        byId("candidates-results").hidden = view !== "spectra";
        byId("candidates-statistics").hidden = view !== "statistics";
        candidates.emit("view");
    }
    candidates.on("about", showView);
    candidates.acts.view = function (view) {
        candidates.state.view = view;
        candidates.keep(true);
        showView();
    };

    candidates.acts.facets = function () {
        const isOpen = page.classList.toggle("has-facets");
        if (isOpen) byId("candidates-facets").querySelector("button").focus();
        else document.querySelector('.candidates-search [data-act="facets"]').focus();
    };
    candidates.acts.figures = () => page.classList.toggle("has-figures");

    document.addEventListener("click", function (event) {
        const control = page && event.target.closest && event.target.closest("[data-act]");
        if (!control || !page.contains(control) || control.disabled) return;
        const [name, argument] = control.dataset.act.split(/:(.*)/s);
        if (candidates.acts[name]) candidates.acts[name](argument, control);
    });

    document.addEventListener("keydown", function (event) {
        if (!page || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === "Escape" && page.classList.contains("has-facets")) candidates.acts.facets();
    });

    /* ---------------------------------------------------------------- dialogs */

    /* A dialog on top of the page: title, body, buttons; returns it. `close()` is put on it. */
    candidates.dialog = function (title, body, ...buttons) {
        const heading = candidates.nextId("dialog");
        const made = el("dialog", { class: "candidates-dialog", "aria-labelledby": heading });
        const close = candidates.iconButton("x", "Close", () => made.close());
        made.append(
            el("div", { class: "candidates-dialog-head" }, el("h2", { id: heading, class: "dialog-title" }, title), close),
            el("div", { class: "candidates-dialog-body" }, body),
            el("div", { class: "candidates-dialog-end" }, ...buttons)
        );
        const before = document.activeElement;
        made.addEventListener("close", function () {
            made.remove();
            if (before && before.isConnected) before.focus();
        });
        made.addEventListener("click", (event) => event.target === made && made.close());
        byId("candidates-page").append(made);
        made.showModal();
        return made;
    };

    candidates.toast = (text, action, run) => window.dash_clientside.toasts.show({ kind: "done", text, action, run });
})();
