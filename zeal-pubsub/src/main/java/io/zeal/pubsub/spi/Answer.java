package io.zeal.pubsub.spi;

/** What becomes of a message that was handed out, on its way to be recorded. */
record Answer(Held held, Settlement settlement) {}
