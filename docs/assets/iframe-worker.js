// Lets the search of the site run where its pages are opened from a folder: browsers start no worker
// from a file there, so that a hidden frame takes its place.
"use strict";

class FrameWorker extends EventTarget {
  constructor(url) {
    super();
    this.frame = document.createElement("iframe");
    this.frame.hidden = true;
    document.body.append(this.frame);
    const inner = this.frame.contentWindow;
    inner.postMessage = (data) => {
      const event = new MessageEvent("message", { data });
      this.dispatchEvent(event);
      this.onmessage?.(event);
    };
    const load = (address) => new Promise((loaded, failed) => {
      const script = inner.document.createElement("script");
      script.addEventListener("load", loaded);
      script.addEventListener("error", failed);
      script.src = address;
      inner.document.body.append(script);
    });
    inner.importScripts = (...addresses) =>
      addresses.reduce((before, address) => before.then(() => load(address)), Promise.resolve());
    this.ready = load(url);
  }

  postMessage(data) {
    this.ready.then(() => {
      const inner = this.frame.contentWindow;
      inner.dispatchEvent(new inner.MessageEvent("message", { data }));
    });
  }

  terminate() {
    this.frame.remove();
  }
}

if (location.protocol === "file:") window.Worker = FrameWorker;
