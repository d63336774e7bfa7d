/* The page's side of uploads: choosing, dropping, the list with progress, pause and resume. It lives as long as the tab, so
   an upload goes on while one looks at another page. Elements are found by attributes:
     data-upload-zone           takes what is dropped on it
     data-upload-pick="files"   button that chooses files ("folder": a folder)
     data-upload-list           is filled by this script
     data-upload-live           says to screen readers what has happened
   A change on the server is told to Dash through the store `data-upload-store`. */
(function () {
    "use strict";
    const { Transfer, call } = window.spectrolabeTransfer;
    const transfers = [];
    const rows = new Map();
    let onServer = [];
    let lastSaid = 0;

    // --- Choosing ---------------------------------------------------------------------------------------------
    function pick(what, onFiles) {
        const input = document.createElement("input");
        input.type = "file";
        input.multiple = what !== "one";
        if (what === "folder") input.webkitdirectory = true;
        input.style.display = "none";
        document.body.append(input); // some browsers forget an input that is not in the page
        input.addEventListener("change", () => {
            onFiles(Array.from(input.files, (file) => ({ path: file.webkitRelativePath || file.name, file })));
            input.remove();
        });
        input.addEventListener("cancel", () => input.remove());
        input.click();
    }

    const isWanted = ({ path }) => !path.split("/").some((part) => part.startsWith(".") || part === "__MACOSX" || part === "Thumbs.db");
    const isZip = ({ path }) => /\.zip$/i.test(path);

    /* A zip file is an upload of its own, because it is unpacked; all else that is chosen together stays together. */
    function add(entries) {
        const wanted = entries.filter(isWanted);
        const together = wanted.filter((entry) => !isZip(entry));
        wanted.filter(isZip).forEach((entry) => begin([entry]));
        if (together.length > 0) begin(together);
        if (wanted.length === 0) say("There is no file to upload in this choice.", true);
    }

    async function begin(entries) {
        const folder = entries[0].path.includes("/") ? entries[0].path.split("/")[0] : "";
        const name = entries.length === 1 ? entries[0].file.name : folder || `${entries.length} files`;
        const transfer = new Transfer(entries, { name, kind: "auto", onChange: changed });
        transfers.push(transfer);
        await loadServer();
        await transfer.start(onServer);
    }

    async function entriesOf(items) {
        const roots = Array.from(items, (item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
        const found = [];
        for (const root of roots) await walk(root, found);
        return found;
    }

    async function walk(entry, found) {
        if (entry.isFile) {
            const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
            found.push({ path: entry.fullPath.replace(/^\//, ""), file });
            return;
        }
        const reader = entry.createReader();
        for (;;) {
            const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)); // 100 at a time
            if (part.length === 0) return;
            for (const one of part) await walk(one, found);
        }
    }

    document.addEventListener("click", (event) => {
        const button = event.target.closest("[data-upload-pick]");
        if (button) pick(button.dataset.uploadPick, add);
    });
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
        document.addEventListener(name, (event) => {
            const zone = event.target.closest && event.target.closest("[data-upload-zone]");
            document.querySelectorAll("[data-upload-zone]").forEach((one) => {
                one.classList.toggle("upload-zone-over", one === zone && (name === "dragenter" || name === "dragover"));
            });
            if (!zone) return;
            event.preventDefault();
            if (name === "drop") entriesOf(event.dataTransfer.items).then(add, () => say("What was dropped cannot be read.", true));
        });
    }
    window.addEventListener("online", () => transfers.forEach((transfer) => transfer.hurry && transfer.hurry()));

    // --- What the server has ----------------------------------------------------------------------------------
    async function loadServer() {
        try {
            onServer = (await call("")).uploads;
        } catch {
            return; // the banner of the shell says that the server is away
        }
        draw();
    }

    function tellDash(finished) {
        if (window.dash_clientside && document.querySelector("[data-upload-list]")) {
            window.dash_clientside.set_props("data-upload-store", { data: { at: Date.now(), finished: finished || null } });
        }
    }

    function changed(transfer) {
        if (transfer.state === "finished" || transfer.state === "removed") {
            const place = transfers.indexOf(transfer);
            if (place < 0) return;
            transfers.splice(place, 1);
            if (transfer.state === "finished") say(`${transfer.name} is uploaded.`, true);
            loadServer();
            tellDash(transfer.state === "finished" ? transfer.id : null);
        } else if (transfer.state === "sending" && transfer.size > 0) {
            say(`${transfer.name}: ${Math.floor((100 * transfer.stored) / transfer.size)} percent uploaded.`, false);
        }
        draw();
    }

    function say(text, now) {
        const live = document.querySelector("[data-upload-live]");
        if (!live || (!now && Date.now() - lastSaid < 5000)) return;
        lastSaid = Date.now();
        live.textContent = text;
    }

    // --- The list ---------------------------------------------------------------------------------------------
    let drawing = false;
    function draw() {
        if (drawing) return;
        drawing = true;
        requestAnimationFrame(() => {
            drawing = false;
            const list = document.querySelector("[data-upload-list]");
            if (list) drawInto(list);
        });
    }

    function drawInto(list) {
        const here = new Set(transfers.map((transfer) => transfer.id).filter(Boolean));
        const stopped = onServer.filter((upload) => !upload.is_finished && !here.has(upload.upload_id));
        const shown = [...transfers, ...stopped.map((upload) => ({ key: upload.upload_id, upload }))];
        const keys = new Set(shown.map((one) => one.key || one));
        for (const [key, row] of rows) {
            if (keys.has(key)) continue;
            row.element.remove();
            rows.delete(key);
        }
        for (const one of shown) {
            const key = one.key || one;
            if (!rows.has(key)) rows.set(key, makeRow());
            const row = rows.get(key);
            if (row.element.parentNode !== list) list.append(row.element);
            one.upload ? fillStopped(row, one.upload) : fillTransfer(row, one);
        }
        list.hidden = shown.length === 0;
    }

    function make(tag, className, text) {
        const element = document.createElement(tag);
        element.className = className;
        if (text) element.textContent = text;
        return element;
    }

    function makeRow() {
        const element = make("div", "upload-row");
        const head = make("div", "upload-head");
        const name = make("span", "upload-name");
        const facts = make("span", "upload-facts");
        const bar = make("div", "progress-line");
        const fill = make("span", "progress-fill");
        const foot = make("div", "upload-foot");
        const text = make("span", "upload-text");
        const tools = make("span", "upload-tools");
        bar.setAttribute("role", "progressbar");
        bar.setAttribute("aria-valuemin", "0");
        bar.setAttribute("aria-valuemax", "100");
        head.append(name, facts);
        bar.append(fill);
        foot.append(text, tools);
        element.append(head, bar, foot);
        return { element, name, facts, bar, fill, text, tools, buttons: "" };
    }

    function fill(row, { name, stored, size, facts, text, isWrong, actions }) {
        const share = size > 0 ? stored / size : 0;
        row.name.textContent = name;
        row.name.title = name;
        row.facts.textContent = facts;
        row.fill.style.width = `${(100 * share).toFixed(2)}%`;
        row.bar.setAttribute("aria-valuenow", Math.floor(100 * share));
        row.bar.setAttribute("aria-label", `Upload of ${name}`);
        row.text.textContent = text;
        row.text.classList.toggle("field-error", Boolean(isWrong));
        const wanted = actions.map(([label]) => label).join("|");
        if (row.buttons === wanted) return; // a button that is kept keeps its focus
        row.buttons = wanted;
        const hadFocus = row.tools.contains(document.activeElement);
        row.tools.replaceChildren(
            ...actions.map(([label, onClick, kind]) => {
                const button = make("button", `button button-small button-${kind || "soft"}`, label);
                button.type = "button";
                button.setAttribute("aria-label", `${label}: ${name}`);
                button.addEventListener("click", onClick);
                return button;
            }),
        );
        if (hadFocus && row.tools.firstChild) row.tools.firstChild.focus();
    }

    function fillTransfer(row, transfer) {
        const remove = ["Remove", () => transfer.remove().catch((error) => transfer.fail(error)), "danger"];
        const states = {
            preparing: ["Looking at the file", [remove]],
            sending: [sendingText(transfer), [["Pause", () => transfer.pause()], remove]],
            paused: ["Paused", [["Resume", () => transfer.run().catch((error) => transfer.fail(error))], remove]],
            failed: [transfer.message, [["Try again", () => transfer.run().catch((error) => transfer.fail(error))], remove]],
        };
        let [text, actions] = states[transfer.state];
        if (transfer.retryIn > 0 && transfer.state === "sending") {
            text = `${transfer.message} Trying again in ${transfer.retryIn} s.`;
            actions = [["Try now", () => transfer.hurry()], ["Pause", () => transfer.pause()], remove];
        }
        const isSending = transfer.state === "sending" && !transfer.retryIn;
        const facts = [`${size(transfer.stored)} of ${size(transfer.size)}`];
        if (transfer.n_files > 1) facts.unshift(`${transfer.n_files.toLocaleString("en-US")} files`);
        if (isSending && transfer.speed > 0) facts.push(`${size(transfer.speed)}/s`);
        fill(row, { name: transfer.name, stored: transfer.stored, size: transfer.size, facts: facts.join(" · "), text, isWrong: transfer.state === "failed", actions });
    }

    function sendingText(transfer) {
        const from = transfer.resumedAt > 0 ? `Went on at ${size(transfer.resumedAt)}. ` : "";
        const left = transfer.secondsLeft;
        if (transfer.stored >= transfer.size) return "Finishing";
        return left === null ? `${from}Sending` : `${from}${duration(left)} left`;
    }

    function fillStopped(row, upload) {
        const remove = ["Remove", () => call(`/${upload.upload_id}`, { method: "DELETE" }).then(() => loadServer().then(() => tellDash())), "danger"];
        const what = upload.n_files === 1 ? "file" : "files";
        const again = [`Choose the ${what}`, () => pick(upload.n_files === 1 ? "one" : upload.name.endsWith(" files") ? "files" : "folder", (entries) => goOn(row, upload, entries))];
        const text = row.wrong || `Stopped. Choose the same ${what} again to go on.`;
        fill(row, { name: upload.name, stored: upload.stored, size: upload.size, facts: `${size(upload.stored)} of ${size(upload.size)}`, text, isWrong: row.wrong, actions: [again, remove] });
    }

    async function goOn(row, upload, entries) {
        const wanted = entries.filter(isWanted);
        const found = wanted.length > 0 ? await window.spectrolabeChecksum.fingerprint(wanted) : "";
        if (found !== upload.fingerprint) {
            row.wrong = `This is something else. Choose ${upload.name} again, as it was, or remove this upload.`;
            return draw();
        }
        row.wrong = "";
        return begin(wanted);
    }

    function size(bytes) {
        let value = bytes;
        for (const unit of ["B", "kB", "MB", "GB"]) {
            if (value < 1000) return `${value >= 100 || unit === "B" ? value.toFixed(0) : value.toFixed(1)} ${unit}`;
            value /= 1000;
        }
        return `${value.toFixed(2)} TB`;
    }

    function duration(seconds) {
        if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
        if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
        return `${(seconds / 3600).toFixed(1)} h`;
    }

    /* The list appears whenever Dash shows the page. */
    let list = null;
    new MutationObserver(() => {
        const found = document.querySelector("[data-upload-list]");
        if (found && found !== list) loadServer();
        list = found;
    }).observe(document.documentElement, { childList: true, subtree: true });
})();
