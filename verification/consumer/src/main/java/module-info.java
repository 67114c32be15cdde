/** An application that uses Zeal: records it opens to Zeal, and records it keeps to itself. */
module io.zeal.consumer {
  requires io.zeal;
  requires io.zeal.testkit;
  requires static org.jspecify;

  opens io.zeal.consumer to
      io.zeal;
}
