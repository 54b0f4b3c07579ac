// Without this file every page and form still works. It saves a reload or a miscount, and moves focus to the errors.
import { initAll } from "../govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
