/* The browser's part of what is around every page: links, menus, keys, toasts. */
(function () {
    "use strict";
    const spectrolabe = (window.spectrolabe = window.spectrolabe || {});
    const clientside = (window.dash_clientside = window.dash_clientside || {});
    const STAGE_SECONDS = 5;
    const byId = (id) => document.getElementById(id);
    const domId = (id) => (typeof id === "string" ? id : JSON.stringify(id, Object.keys(id).sort()));
    const sessionOf = (search) => new URLSearchParams(search || "").get("session");
    const withSession = (path, session) => (session ? `${path}?session=${encodeURIComponent(session)}` : path);
    const isAt = (pathname, path) => pathname === path || (path !== "/" && pathname.startsWith(`${path}/`));

    let observed = null; // first look at the stage that goes on now, for the time left
    spectrolabe.keysOn = true;

    function leftText(seconds) {
        if (seconds < 90) return `about ${Math.max(5, Math.round(seconds / 5) * 5)} s left`;
        const minutes = Math.round(seconds / 60);
        return minutes < 90 ? `about ${minutes} min left` : `about ${Math.round(minutes / 60)} h left`;
    }

    /* Time left: what the server says of a run; for other jobs, how far the stage came since this page first saw it. */
    function timeLeft(run) {
        if (run.seconds_left !== null) return leftText(run.seconds_left);
        if (run.kind === "run") return "";
        const key = `${run.job_id} ${run.attempt} ${run.stage} ${stepOf(run)}`;
        const now = Date.now() / 1000;
        if (!observed || observed.key !== key || run.done < observed.done) {
            observed = { key: key, at: now, done: run.done };
        }
        const seconds = now - observed.at;
        const units = run.done - observed.done;
        if (!run.total || units <= 0 || seconds < STAGE_SECONDS) return "";
        return leftText(((run.total - run.done) * seconds) / units);
    }

    /* What goes on, without the detail after the colon: "Training, epoch 9". */
    const stepOf = (run) => (run.message || run.stage || run.title).split(":")[0];

    function runText(run, active) {
        const more = active > 1 ? `${active} jobs` : "";
        if (run.phase === "QUEUED") return [run.title, "waits its turn", more].filter(Boolean).join(" · ");
        const share = run.share !== null && run.stage !== "Train" ? ` ${Math.floor(100 * run.share)} %` : "";
        return [stepOf(run) + share, timeLeft(run), more].filter(Boolean).join(" · ");
    }

    const isOfSession = (run) => run.kind === "run" && Boolean(run.session);

    const lowered = (text) => text.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase());

    /* What goes on and how far it is, in words: "training, epoch 9 of at most 50", "2 min left". */
    function progressWords(run) {
        if (run.phase === "QUEUED") return ["waits its turn"];
        const step = lowered((run.message || run.stage || "").split(":")[0]);
        if (run.stage === "Train" && run.total) return [`${step} of at most ${run.total}`, timeLeft(run)];
        return [step, run.share === null ? "" : `${Math.floor(100 * run.share)} %`, timeLeft(run)];
    }

    /* The name of the pill: whose run it is, how far it is, and what a click does. */
    function runName(run) {
        const words = progressWords(run).filter(Boolean).join(", ");
        return `${run.title}${words && ": "}${words}. ${isOfSession(run) ? "Open the run" : "Open the jobs"}`;
    }

    clientside.shell = {
        /* The URL leads: links carry its session, the current page is marked. */
        follow: function (pathname, search, ids) {
            const session = sessionOf(search);
            let title = "";
            ids.forEach(function (id) {
                const link = byId(domId(id));
                if (!link) return;
                if (isAt(pathname, id.path)) {
                    link.setAttribute("aria-current", "page");
                    title = link.querySelector(".nav-word").textContent;
                } else {
                    link.removeAttribute("aria-current");
                }
            });
            closeNavigation();
            if (spectrolabe.askStatus) spectrolabe.askStatus();
            return [ids.map((id) => withSession(id.path, session)), session, spectrolabe.theme(), title, null];
        },

        status: function (data, ids) {
            const waiting = (data && data.waiting) || {};
            const badges = ids.map((id) => (waiting[id.path] ? waiting[id.path].toLocaleString("en-US") : ""));
            if (!data || !data.run) return [{ display: "none" }, "/jobs", {}, "", "", "", badges];
            const run = data.run;
            const known = run.share !== null;
            const share = known ? Math.min(100 * run.share, 100) : run.phase === "QUEUED" ? 0 : 25;
            const place = isOfSession(run) ? withSession("/train", run.session) : "/jobs";
            const ring = { "--share": `${share.toFixed(1)}%` };
            const short = known ? `${Math.floor(share)} %` : "";
            return [{}, place, ring, runText(run, data.active), short, runName(run), badges];
        },

        keys: function (value) {
            spectrolabe.keysOn = value !== false;
        },

        open: function () {
            return true;
        },
    };

    /* Menus and the navigation of narrow windows. */
    function closeNavigation() {
        const bar = byId("shell-bar");
        if (bar) bar.removeAttribute("data-open");
        const button = byId("shell-menu-button");
        if (button) button.setAttribute("aria-expanded", "false");
    }

    function closeMenus(except) {
        document.querySelectorAll("details.menu[open]").forEach(function (menu) {
            if (menu !== except) menu.removeAttribute("open");
        });
    }

    document.addEventListener("click", function (event) {
        const target = event.target;
        if (target.closest("#shell-theme-button")) spectrolabe.toggleTheme();
        if (target.closest("#shell-notice-close-button")) clientside.set_props("shell-notices", { children: null });
        if (target.closest("#shell-menu-button")) {
            const bar = byId("shell-bar");
            const isOpen = bar.toggleAttribute("data-open");
            byId("shell-menu-button").setAttribute("aria-expanded", String(isOpen));
        } else if (!target.closest("#shell-bar")) {
            closeNavigation();
        }
        const menu = target.closest("details.menu");
        closeMenus(menu && !target.closest(".menu-list a, .menu-list button") ? menu : null);
    });

    document.addEventListener("spectrolabe:theme", function (event) {
        if (clientside.set_props && byId("shell-bar")) clientside.set_props("shell-theme-store", { data: event.detail });
    });

    /* One-key commands: `?`, `/`, and every visible control that shows its key. Off in fields and dialogs. */
    const isField = (element) => element.closest("input, textarea, select, [contenteditable='true'], .ag-root");

    function controlOf(key) {
        const wanted = key.toLowerCase();
        return [...document.querySelectorAll("[data-key]")].find(
            (element) => element.dataset.key.toLowerCase() === wanted && element.offsetParent && !element.disabled
        );
    }

    document.addEventListener("keydown", function (event) {
        if (event.key === "Escape") return escape();
        if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
        if (!spectrolabe.keysOn || isField(event.target) || document.querySelector(".modal.show")) return;
        const search = event.key === "/" && document.querySelector(".search-field input");
        const control = event.key === "?" ? byId("shell-keys-button") : controlOf(event.key);
        if (!search && !control) return;
        event.preventDefault();
        if (search) search.focus();
        else control.click();
    });

    function escape() {
        const menu = document.querySelector("details.menu[open]");
        if (menu) {
            menu.removeAttribute("open");
            menu.querySelector("summary").focus();
        } else if (byId("shell-bar") && byId("shell-bar").hasAttribute("data-open")) {
            closeNavigation();
            byId("shell-menu-button").focus();
        }
    }
})();
