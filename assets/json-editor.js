/* Train: form and JSON are two views of one object. The text is what counts; the form changes single values in it, so
   that the person's order, layout and unfinished typing stay as they are. Called by callbacks/train/editing.py. */
(function () {
    "use strict";
    const dc = (window.dash_clientside = window.dash_clientside || {});
    const own = (dc.train = dc.train || {});
    const YES = ["yes", "y", "ano", "true"];
    const CHECK_AFTER_MS = 300;
    const SILENT_MS = 12000;
    let timer = null;

    /* ---------------------------------------------------------------- text of a JSON object */

    function parseObject(text) {
        try {
            const value = JSON.parse(text);
            return value !== null && typeof value === "object" && !Array.isArray(value) ? value : null;
        } catch (error) {
            return null;
        }
    }

    function skipBlank(text, at) {
        while (at < text.length && " \t\n\r".includes(text[at])) at += 1;
        return at;
    }

    function skipString(text, at) {
        for (at += 1; text[at] !== '"'; at += 1) if (text[at] === "\\") at += 1;
        return at + 1;
    }

    function skipValue(text, at) {
        let depth = 0;
        for (; at < text.length; at += 1) {
            if (text[at] === '"') {
                at = skipString(text, at) - 1;
            } else if ("{[".includes(text[at])) {
                depth += 1;
            } else if ("}]".includes(text[at])) {
                if (depth === 0) return at;
                depth -= 1;
            } else if (text[at] === "," && depth === 0) {
                return at;
            }
        }
        return at;
    }

    /* Where each key of a valid object stands in its text. */
    function entriesOf(text) {
        const entries = [];
        let at = skipBlank(text, text.indexOf("{") + 1);
        while (text[at] === '"') {
            const start = at;
            at = skipString(text, at);
            const name = JSON.parse(text.slice(start, at));
            at = skipBlank(text, skipBlank(text, at) + 1);
            const valueStart = at;
            const stop = skipValue(text, at);
            const value = text.slice(valueStart, stop).trimEnd();
            entries.push({ name, start, valueStart, valueEnd: valueStart + value.length });
            at = text[stop] === "," ? skipBlank(text, stop + 1) : stop;
        }
        return { entries, open: text.indexOf("{"), close: at };
    }

    function written(value, before, indent) {
        const isInline = Array.isArray(value) && (before === null || !before.includes("\n"));
        if (isInline) return "[" + value.map((one) => JSON.stringify(one)).join(", ") + "]";
        return JSON.stringify(value, null, 2).replace(/\n/g, "\n" + indent);
    }

    function withValue(text, names, value) {
        const { entries, open, close } = entriesOf(text);
        const found = entries.filter((entry) => names.includes(entry.name)).pop();
        if (value === undefined) return found ? without(text, entries, found) : text;
        if (found) {
            const indent = /[ \t]*$/.exec(text.slice(0, found.start).split("\n").pop())[0];
            const before = text.slice(found.valueStart, found.valueEnd);
            return text.slice(0, found.valueStart) + written(value, before, indent) + text.slice(found.valueEnd);
        }
        const line = '\n  "' + names[0] + '": ' + written(value, null, "  ");
        if (!entries.length) return text.slice(0, open + 1) + line + "\n" + text.slice(close);
        const last = entries[entries.length - 1].valueEnd;
        return text.slice(0, last) + "," + line + text.slice(last);
    }

    function without(text, entries, entry) {
        const place = entries.indexOf(entry);
        if (place > 0) return text.slice(0, entries[place - 1].valueEnd) + text.slice(entry.valueEnd);
        if (entries.length > 1) return text.slice(0, entry.start) + text.slice(entries[1].start);
        return text.slice(0, entry.start) + text.slice(entry.valueEnd);
    }

    /* ---------------------------------------------------------------- form and object */

    function valueOf(object, field) {
        const name = field.names.find((one) => Object.hasOwn(object, one));
        const value = name === undefined ? field.default : object[name];
        if (field.widget === "yes_no" || field.widget === "boolean") {
            return value === true || (typeof value === "string" && YES.includes(value.trim().toLowerCase()));
        }
        if (field.widget === "classes") return Array.isArray(value) ? value : value === null ? [] : [String(value)];
        if (field.widget === "names") return Array.isArray(value) ? value.join(", ") : String(value ?? "");
        if (value === null || typeof value === "object") return "";
        return field.widget === "number" && typeof value === "number" ? value : String(value);
    }

    function fromForm(field, value) {
        if (field.widget === "yes_no") return value ? "yes" : "no";
        if (field.widget === "boolean") return Boolean(value);
        if (field.widget === "training_set") return value ?? "";
        if (value === null || value === undefined || value === "" || Number.isNaN(value)) return undefined;
        if (field.widget === "classes") return value.length ? field.order.filter((one) => value.includes(one)) : undefined;
        if (field.widget === "names") {
            const names = String(value).split(",").map((one) => one.trim()).filter(Boolean);
            return names.length ? names : undefined;
        }
        return field.widget === "number" ? Number(value) : value;
    }

    function plain(value) {
        if (Array.isArray(value)) return [...value].sort().join("\u0000");
        return value === null || value === undefined || Number.isNaN(value) ? "" : String(value);
    }

    function changedBy(fields, values, draft) {
        let text = draft.text;
        fields.forEach((field, place) => {
            if (plain(values[place]) === plain(valueOf(draft.object, field))) return;
            const value = fromForm(field, values[place]);
            const name = field.names.find((one) => Object.hasOwn(draft.object, one));
            if (value === undefined && name === undefined) return;
            text = withValue(text, field.names, value);
        });
        return text;
    }

    /* One callback has form, JSON and draft as inputs and outputs, so there is one place where they meet. */
    own.sync = function (source, typed, values, draft, schema) {
        const none = dc.no_update;
        const ids = dc.callback_context.inputs_list[2] || [];
        const fields = ids.map((input) => schema[input.id.key]);
        const keep = fields.map(() => none);
        if (!source) return [none, keep, none, none];
        if (!draft || draft.nonce !== source.nonce) {
            const object = parseObject(source.text);
            const shown = fields.map((field) => valueOf(object || {}, field));
            const made = { text: source.text, object: object || {}, nonce: source.nonce, is_json: object !== null };
            return [source.text, shown, made, object === null];
        }
        if ((typed ?? "") !== draft.text) {
            const object = parseObject(typed ?? "");
            const made = { ...draft, text: typed ?? "", object: object || draft.object, is_json: object !== null };
            const shown = fields.map((field, place) => {
                const value = valueOf(made.object, field);
                return object === null || plain(value) === plain(values[place]) ? none : value;
            });
            return [none, shown, made, object === null];
        }
        const text = draft.is_json ? changedBy(fields, values, draft) : draft.text;
        if (text === draft.text) return [none, keep, none, none];
        return [text, keep, { ...draft, text, object: parseObject(text) }, false];
    };

    /* The server checks once nobody has typed for a while. */
    own.checkLater = function (draft, session) {
        if (!draft || !session) return dc.no_update;
        window.clearTimeout(timer);
        const check = { text: draft.text, session };
        timer = window.setTimeout(() => dc.set_props("train-check-store", { data: check }), CHECK_AFTER_MS);
        return dc.no_update;
    };

    /* ---------------------------------------------------------------- the editor */

    function escaped(text) {
        return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
    }

    function painted(line) {
        const token = /("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)/g;
        let html = "";
        let at = 0;
        for (const match of line.matchAll(token)) {
            html += '<span class="json-mark">' + escaped(line.slice(at, match.index)) + "</span>";
            if (match[1] && match[2]) html += escaped(match[1]) + '<span class="json-mark">' + match[2] + "</span>";
            else html += '<span class="json-value">' + escaped(match[0]) + "</span>";
            at = match.index + match[0].length;
        }
        return html + '<span class="json-mark">' + escaped(line.slice(at)) + "</span>";
    }

    function problemsByLine(checked) {
        const lines = new Map();
        for (const problem of (checked && checked.problems) || []) {
            if (problem.line && !lines.has(problem.line)) lines.set(problem.line, problem.message);
        }
        return lines;
    }

    own.paint = function (text, checked) {
        const editor = document.getElementById("train-editor");
        if (!editor) return dc.no_update;
        const wrong = problemsByLine(checked);
        const lines = String(text ?? "").split("\n");
        const numbers = lines.map((_, k) => `<div${wrong.has(k + 1) ? ' class="json-wrong"' : ""}>${k + 1}</div>`);
        const body = lines.map((line, k) => {
            if (!wrong.has(k + 1)) return `<div>${painted(line) || " "}</div>`;
            const message = `<span class="json-error">${escaped(wrong.get(k + 1))}</span>`;
            return `<div class="json-wrong">${painted(line) || " "}${message}</div>`;
        });
        editor.querySelector(".json-lines").innerHTML = numbers.join("");
        editor.querySelector(".json-paint").innerHTML = body.join("");
        const area = editor.querySelector("textarea");
        if (area) area.setAttribute("aria-invalid", wrong.size ? "true" : "false");
        return dc.no_update;
    };

    /* Letters appear as they are typed, not after a round trip. */
    document.addEventListener("input", (event) => {
        if (event.target.id === "train-json-text") own.paint(event.target.value, null);
    });

    /* The one primary button: what it would do, or why it cannot. */
    own.runState = function (checked, live) {
        const label = !checked || checked.iteration === null ? "Run"
            : checked.trains ? `Train iteration ${checked.iteration}` : "Draw spectra to label";
        const isActive = live && ["QUEUED", "EXECUTING"].includes(live.phase);
        if (isActive) return [true, label, "One run per session. Wait for it, or cancel it."];
        if (!checked) return [true, label, ""];
        return [!checked.valid, label, checked.valid ? "" : "Mend the configuration first."];
    };

    /* Once the run that was watched here is done, the draft is about the iteration after it. */
    own.advance = function (live, draft, seen) {
        const none = [dc.no_update, dc.no_update];
        if (!live || !live.job_id || !draft) return none;
        if (["QUEUED", "EXECUTING"].includes(live.phase)) return [dc.no_update, live.job_id];
        if (live.phase !== "COMPLETED" || seen !== live.job_id) return none;
        const number = live.keys.iteration_num;
        if (!draft.is_json || draft.object.iteration_num !== number) return [dc.no_update, null];
        const text = withValue(draft.text, ["iteration_num"], number + 1);
        return [{ text, nonce: String(Date.now()), name: null }, null];
    };

    /* No question first: what was canceled can be resumed. */
    own.canceling = (clicks) => (clicks ? [true, "Canceling…"] : [dc.no_update, dc.no_update]);

    /* A watcher may tell late what was true before the run ended. */
    own.accept = function (told, live) {
        if (!told) return dc.no_update;
        const isSame = live && live.job_id === told.job_id && live.attempt === told.attempt;
        const isNewer = live && live.job_id === told.job_id && live.attempt > told.attempt;
        const isOver = isSame && !["QUEUED", "EXECUTING"].includes(live.phase);
        return isOver || isNewer ? dc.no_update : told;
    };

    /* A watcher that was killed tells nothing: attach again when a run has been silent. */
    own.watch = function (_n, told, live) {
        const isRunning = live && live.phase === "EXECUTING";
        return isRunning && told > 0 && Date.now() - told > SILENT_MS ? { at: Date.now() } : dc.no_update;
    };

    own.showView = (view) => "train-views view-" + (view || "both");

    /* ---------------------------------------------------------------- files dropped on the card */

    const carriesFile = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
    const target = (event) => event.target.closest && event.target.closest(".train-drop");

    document.addEventListener("dragover", (event) => {
        const card = target(event);
        if (!card || !carriesFile(event)) return;
        event.preventDefault();
        card.classList.add("train-dropping");
    });
    document.addEventListener("dragleave", (event) => {
        const card = target(event);
        if (card && !card.contains(event.relatedTarget)) card.classList.remove("train-dropping");
    });
    document.addEventListener("drop", async (event) => {
        const card = target(event);
        if (!card || !carriesFile(event)) return;
        event.preventDefault();
        card.classList.remove("train-dropping");
        const file = event.dataTransfer.files[0];
        if (!file) return;
        const text = file.size > 1e6 ? "" : await file.text();
        dc.set_props("train-import-store", { data: { name: file.name, text, size: file.size, at: Date.now() } });
    });

    /* ---------------------------------------------------------------- log and times */

    /* While Follow is on, the last line stays in sight. */
    function followLog() {
        const log = document.getElementById("train-log");
        const follow = document.getElementById("train-log-follow");
        if (log && follow && follow.checked) log.scrollTop = log.scrollHeight;
    }

    own.copyLog = async function (clicks) {
        const log = document.getElementById("train-log");
        if (!clicks || !log) return dc.no_update;
        const text = [...log.querySelectorAll(".log-line")].map((line) => line.textContent).join("\n");
        try {
            await navigator.clipboard.writeText(text);
        } catch (error) {
            window.getSelection().selectAllChildren(log);
            document.execCommand("copy");
        }
        const id = String(Date.now());
        dc.set_props("shell-toast-store", { data: { id, text: "Log copied", kind: "done" } });
        return dc.no_update;
    };

    /* `<time class="local-time">` shows the reader's own clock, as soon as it stands in the page. */
    function showLocalTimes() {
        for (const one of document.querySelectorAll("time.local-time")) {
            const then = new Date(one.dateTime);
            const clock = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
            const pad = (n) => String(n).padStart(2, "0");
            const day = `${then.getFullYear()}-${pad(then.getMonth() + 1)}-${pad(then.getDate())} `;
            const text = (then.toDateString() === new Date().toDateString() ? "" : day) + clock;
            if (one.textContent !== text) one.textContent = text;
        }
    }

    new MutationObserver(function (changes) {
        showLocalTimes();
        if (changes.some((change) => change.target.closest && change.target.closest("#train-log"))) followLog();
    }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
    document.addEventListener("change", (event) => {
        if (event.target.id === "train-log-follow") followLog();
    });
})();
