package io.zeal.selftest;

import io.zeal.spi.Condition;
import io.zeal.spi.ForwardingRows;
import io.zeal.spi.Rows;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;

/** Rows of which every single change goes through {@link #write}, where it can be broken. */
class ByWrite extends ForwardingRows<Object> {

  ByWrite(Rows<Object> rows) {
    super(rows);
  }

  @Override
  public final long add(String key, int column, long bits) {
    Write<Object> write = new Write.Add<>(key, column, bits, new Condition.Always<>());
    return ((WriteResult.Added) write(write)).bits();
  }
}
