// The flags under which Chromium runs here: WebGPU on its software adapter, and no errands of its own.

export const CHROME_FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
