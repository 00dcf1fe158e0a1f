/** A stylesheet has nothing to give. */
export {};
