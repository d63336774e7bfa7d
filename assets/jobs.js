/* The page Jobs: the log grows at its end, and the address names the job that is shown. */
(function () {
    "use strict";
    const LONGEST_LOG = 2000000;

    function noUpdate() {
        return window.dash_clientside.no_update;
    }

    function copy(button, text) {
        if (!button || !text) return noUpdate();
        const before = button.dataset.name || button.title;
        button.dataset.name = before;
        const done = (word) => {
            button.title = word;
            const name = button.querySelector(".visually-hidden");
            if (name) name.textContent = word;
            button.classList.toggle("jobs-copied", word === "Copied");
            window.setTimeout(() => {
                button.title = before;
                if (name) name.textContent = before;
                button.classList.remove("jobs-copied");
            }, 2000);
        };
        if (navigator.clipboard) {
            navigator.clipboard.writeText(text).then(() => done("Copied"), () => done("The browser did not allow it"));
        } else {
            done("The browser allows copying over https or on this machine only");
        }
        return noUpdate();
    }

    window.dash_clientside = Object.assign({}, window.dash_clientside, {
        jobs: {
            select() {
                const [clicked] = window.dash_clientside.callback_context.triggered;
                return clicked && clicked.value ? JSON.parse(clicked.prop_id.replace(/\.n_clicks$/, "")).job : noUpdate();
            },

            appendLog(piece, follows) {
                const log = document.getElementById("jobs-log");
                if (!log || !piece) return noUpdate();
                if (log.dataset.piece !== `${piece.job} ${piece.next}`) {
                    if (piece.restart) log.textContent = "";
                    log.dataset.piece = `${piece.job} ${piece.next}`;
                    log.append(piece.text);
                    if (log.textContent.length > LONGEST_LOG) log.textContent = log.textContent.slice(-LONGEST_LOG / 2);
                }
                if (follows) log.scrollTop = log.scrollHeight;
                return noUpdate();
            },

            copyLog(clicks) {
                const log = document.getElementById("jobs-log");
                return clicks ? copy(document.getElementById("jobs-log-copy"), log && log.textContent) : noUpdate();
            },

            copyParameters(clicks) {
                const json = document.querySelector(".jobs-json");
                return clicks ? copy(document.getElementById("jobs-parameters-copy"), json && json.textContent) : noUpdate();
            },

            forgetJob(job) {
                const address = new URL(window.location.href);
                if (!job && address.searchParams.has("job")) {
                    address.searchParams.delete("job");
                    window.history.replaceState(window.history.state, "", address);
                }
                return noUpdate();
            },

            showSelected(job) {
                const address = new URL(window.location.href);
                if (address.pathname.replace(/\/$/, "").endsWith("/jobs")) {
                    if (job) address.searchParams.set("job", job);
                    else address.searchParams.delete("job");
                    if (address.href !== window.location.href) window.history.replaceState(window.history.state, "", address);
                }
                return "list-detail jobs-split" + (job ? " jobs-opened" : "");
            },
        },
    });
})();
