/** Looks at a backend from the command line. */
module io.zeal.doctor {
  requires io.zeal;
  requires java.logging;
  requires static org.jspecify;
}
