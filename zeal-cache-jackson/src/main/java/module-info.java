/** The codec "jackson": values of any type in caches, as JSON. */
module io.zeal.cache.jackson {
  requires io.zeal;
  requires static org.jspecify;
  requires tools.jackson.databind;

  provides io.zeal.spi.CodecProvider with
      io.zeal.cache.jackson.JacksonCodecProvider;
}
