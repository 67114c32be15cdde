package io.zeal.benchmarks.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.ehcache.spi.serialization.Serializer;

/** Written by hand, since Ehcache's own goes over Java serialization and takes far longer. */
final class DocumentSerializer implements Serializer<Document> {

  @Override
  public ByteBuffer serialize(Document document) {
    byte[] title = document.title().getBytes(StandardCharsets.UTF_8);
    byte[] text = document.text().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES + title.length + text.length)
        .putLong(document.number())
        .putInt(title.length)
        .put(title)
        .putInt(text.length)
        .put(text)
        .flip();
  }

  @Override
  public Document read(ByteBuffer bytes) {
    return new Document(bytes.getLong(), text(bytes), text(bytes));
  }

  private static String text(ByteBuffer bytes) {
    byte[] utf8 = new byte[bytes.getInt()];
    bytes.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Document document, ByteBuffer bytes) {
    return document.equals(read(bytes));
  }
}
