/** The live demo: a web page over any backend. */
module io.zeal.demo {
  requires io.zeal;
  requires io.zeal.telemetry;
  requires jdk.httpserver;
  requires static org.jspecify;
  requires tools.jackson.databind;

  opens io.zeal.demo to
      io.zeal,
      tools.jackson.databind;

  provides io.zeal.spi.BackendDecorator with
      io.zeal.demo.LossesDecorator;
}
