// Without this file every page and form still works. It saves a reload or a miscount, and moves focus to the errors.
import { initAll } from "../govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// A question of a form that concerns only those who chose one of some answers before: data-asks="its name",
// data-of="the other's name", data-if="answers". What is hidden is sent all the same, and left out by the server.
for (const form of document.querySelectorAll("form[data-asks]")) {
  const { asks, of, if: answers } = form.dataset;
  const question = form.querySelector(`[name^="${asks}"]`)?.closest("fieldset")?.closest(".govuk-form-group");
  const show = () => {
    const chosen = form.querySelector(`[name="${of}"]:checked`)?.value;
    question.hidden = !answers.split(" ").includes(chosen);
  };
  if (question) {
    form.addEventListener("change", show);
    show();
  }
}

// Whoever signs out leaves no marks behind that register.js has kept until they are saved.
for (const form of document.querySelectorAll('form[action$="/logout/"]')) {
  form.addEventListener("submit", () => {
    try {
      for (const name of Object.keys(localStorage)) if (name.startsWith("npqh-register ")) localStorage.removeItem(name);
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
  });
}
