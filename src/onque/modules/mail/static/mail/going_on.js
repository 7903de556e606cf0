// The answer of an authority goes on by itself; without script its button does.

document.querySelector("#go-on")?.requestSubmit();
