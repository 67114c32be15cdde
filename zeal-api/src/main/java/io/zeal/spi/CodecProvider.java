package io.zeal.spi;

import io.zeal.Codec;

/** Offers a codec for cached values and messages. */
public interface CodecProvider extends Plugin {

  /** Makes the codec. */
  Codec open(BackendContext context);
}
