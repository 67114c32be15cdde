/** An application that uses Zeal: records it opens to Zeal, and records it keeps to itself. */
module io.zeal.consumer {
  requires io.zeal;
  requires static io.zeal.testkit; // not on the paths with one driver and nothing else
  requires static org.jspecify;

  opens io.zeal.consumer to
      io.zeal;
}
