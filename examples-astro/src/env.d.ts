/** What a page hands to the components that it consists of. */
declare namespace App {
  interface Locals {
    /** The document that the page shows. */
    document: import("notion-edge").PageDocument;
  }
}
