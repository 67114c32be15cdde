package io.zeal.tck;

import io.zeal.ZealException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What stands below a decorator: notes each call, of what it hands out too, and answers it. */
final class Below implements InvocationHandler {

  /** One call as it arrived. */
  @SuppressWarnings("ArrayRecordComponent") // compared one by one
  record Call(Method method, Object[] arguments) {}

  final List<Call> calls = new CopyOnWriteArrayList<>();

  /** What every call that asks something throws from now on. */
  volatile @Nullable ZealException failure;

  /** An object of an interface of the SPI; its defaults are noted like all other methods. */
  <T> T of(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(Below.class.getClassLoader(), new Class<?>[] {type}, this));
  }

  static boolean isBelow(Object object) {
    return Proxy.isProxyClass(object.getClass())
        && Proxy.getInvocationHandler(object) instanceof Below;
  }

  /** Whether a method that takes nothing and hands out an object answers though others throw. */
  volatile boolean handsOut;

  @Override
  @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself alone
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
    Object[] given = arguments == null ? new Object[0] : arguments;
    if (method.getDeclaringClass() == Object.class) {
      return switch (method.getName()) {
        case "equals" -> proxy == given[0];
        case "hashCode" -> System.identityHashCode(proxy);
        default -> "the kit's backend";
      };
    }
    calls.add(new Call(method, given));
    ZealException thrown = failure;
    if (thrown != null
        && !(handsOut && handsOut(method))
        && !method.getName().equals("info")
        && !method.getName().equals("spec")) {
      throw thrown;
    }
    return SpiSamples.answer(method, this);
  }

  private static boolean handsOut(Method method) {
    return method.getParameterCount() == 0
        && List.of("counters", "messaging", "scripts", "pubSub", "reliablePubSub", "raw")
            .contains(method.getName());
  }
}
