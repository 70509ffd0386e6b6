// The version of the package. A test compares it with package.json and with the dispatcher's own.

export const VERSION = "0.1.0";
