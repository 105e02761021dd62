// Adds to each field for a position a button that fills in where the phone is. Without it the position is typed.
"use strict";

for (const field of document.querySelectorAll("input[data-locate]")) {
  if (!("geolocation" in navigator) || !window.isSecureContext) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = field.dataset.locate;
  const said = document.createElement("p");
  said.className = "note";
  said.setAttribute("role", "status");
  button.addEventListener("click", () => {
    button.disabled = true;
    said.textContent = field.dataset.locating;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field.value = coords.latitude.toFixed(6) + "," + coords.longitude.toFixed(6);
        said.textContent = "± " + Math.ceil(coords.accuracy) + " m";
        button.disabled = false;
      },
      () => {
        said.textContent = field.dataset.lost;
        button.disabled = false;
      },
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 },
    );
  });
  field.parentElement.append(button);
  field.parentElement.after(said);
}
