/** Pages to read need no script: what the server renders is all there is. */
export const csr = false;
