package io.zeal.demo;

import io.zeal.Finding;
import io.zeal.Message;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import io.zeal.Subscription;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendDecorator;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.Messaging;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.util.List;
import java.util.function.Consumer;

/** Lets {@link Losses} happen between a backend's messages and a plugin that listens to them. */
public final class LossesDecorator implements BackendDecorator {

  @Override
  public String name() {
    return "demo-losses";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public int order() {
    return 0;
  }

  /** Stands around the shared level of two, which is where they listen. */
  @Override
  public Backend decorate(Backend backend, Role role, BackendContext context) {
    Losses losses = context.instance(Losses.class).orElse(null);
    return losses == null || role != Role.FAR ? backend : new Lossy(backend, losses);
  }

  private static final class Lossy extends ForwardingBackend {

    private final Losses losses;

    Lossy(Backend backend, Losses losses) {
      super(backend);
      this.losses = losses;
    }

    @Override
    public Messaging messaging() {
      return new LossyMessaging(super.messaging(), losses);
    }
  }

  private record LossyMessaging(Messaging delegate, Losses losses) implements Messaging {

    @Override
    public PubSub pubSub() {
      return delegate.pubSub();
    }

    @Override
    public Subscription listen(String channel, Runnable onGap, Consumer<? super Message> listener) {
      return delegate.listen(channel, onGap, losses.lossy(channel, listener));
    }

    @Override
    public ReliablePubSub reliablePubSub() {
      return delegate.reliablePubSub();
    }

    @Override
    public Stats stats() {
      return delegate.stats();
    }

    @Override
    public List<Finding> inspect() {
      return delegate.inspect();
    }

    @Override
    public void close() {
      delegate.close();
    }
  }
}
