package io.zeal.table;

import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Setting;
import java.util.List;

/** Offers the backend {@code table}: rows off the heap, of this process or shared by several. */
public final class TableBackendProvider implements BackendProvider {

  /** The name it is chosen by. */
  static final String NAME = "table";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Setting<?>> settings() {
    return TableSettings.all();
  }

  @Override
  public Backend open(BackendContext context) {
    return new TableBackend(TableSettings.of(context), context.clock());
  }
}
