package io.zeal.redis;

import io.zeal.OperationInterruptedException;
import io.zeal.Outcome;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the nodes they belong to and sends again what was not executed: after a
 * redirection, to a server that does not know the script, while a slot moves. A write whose reply
 * is lost is never sent again (S14); a read is, once.
 */
final class Server implements AutoCloseable {

  private static final long FIRST_PAUSE = Duration.ofMillis(1).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofMillis(50).toNanos();
  private static final Command ASKING = Command.named("ASKING").build();

  /** What the reply to a request means for its next step. */
  private enum Next {
    /** It is the answer. */
    DONE,
    /** Nothing was executed: at once again. */
    AGAIN,
    /** Nothing was executed, and a little later it may be. */
    LATER
  }

  /** A request on its way. */
  private static final class Step {
    final int position;

    /** Whether the application's words may be in an error; also once the script is sent whole. */
    final boolean foreign;

    Request request;

    /** Where a redirection sent it; null for where it belongs. */
    @Nullable Node target;

    /** Who answered last. */
    @Nullable Node asked;

    /** Whether the target has to be told that it is asked about a slot it does not hold yet. */
    boolean asking;

    boolean sentAgain;
    int redirections;

    /** Whether a node failed it or would not have it, so that it waits to be told the right one. */
    boolean misled;

    Step(int position, Request request) {
      this.position = position;
      this.foreign = request.script() != null && request.script().foreign();
      this.request = request;
    }
  }

  private final Topology topology;
  private final Executor executor;
  private final long timeoutNanos;
  private volatile boolean closed;

  Server(Topology topology, Executor executor, Duration timeout) {
    this.topology = topology;
    this.executor = executor;
    this.timeoutNanos = timeout.toNanos();
  }

  Topology topology() {
    return topology;
  }

  /** The deadline of a call that begins now. */
  long deadline() {
    return System.nanoTime() + timeoutNanos;
  }

  /**
   * A connection that listens, to any node that has all messages.
   *
   * @param again whether the last one failed: then it is asked who is there
   */
  RedisLink listen(boolean again, long deadline) throws LinkException {
    if (again) {
      topology.doubt();
    }
    Node node = again ? topology.nodeAfterDoubt(null, deadline) : topology.node(null, deadline);
    return node.listen(deadline);
  }

  /**
   * Takes note of a redirection that came on a connection that listens.
   *
   * @return where the key is; null if the words do not say
   */
  @Nullable Node moved(byte[] key, String words, Node asked) {
    Endpoint endpoint = redirection(words, asked);
    if (endpoint == null) {
      return null;
    }
    topology.moved(key, endpoint);
    return topology.at(endpoint);
  }

  /**
   * What each of them answers, all asked at once; in their order. What is under way when the caller
   * is interrupted ends by its own deadline: to interrupt it would break connections of others.
   */
  <T> List<T> atOnce(List<Node> nodes, Function<Node, T> question) {
    if (nodes.size() == 1) {
      return List.of(question.apply(nodes.getFirst()));
    }
    List<FutureTask<T>> tasks =
        nodes.stream().map(node -> new FutureTask<>(() -> question.apply(node))).toList();
    for (FutureTask<T> task : tasks) {
      try {
        executor.execute(task);
      } catch (RejectedExecutionException e) {
        task.run();
      }
    }
    List<T> answers = new ArrayList<>();
    for (FutureTask<T> task : tasks) {
      answers.add(answer(task));
    }
    return answers;
  }

  private static <T> T answer(FutureTask<T> task) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationInterruptedException(
          "Asking the servers: interrupted while waiting. Stop, or clear the flag.", null, e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /** Asks who is there, so that connections to nodes that left are closed. */
  void look() {
    if (!topology.redirects()) {
      return;
    }
    topology.doubt();
    try {
      Node _ = topology.node(null, deadline());
    } catch (LinkException e) {
      // Whoever needs it next is told.
    }
  }

  Reply execute(Request request) {
    return execute(List.of(request), deadline()).getFirst();
  }

  List<Reply> execute(List<Request> requests) {
    return execute(requests, deadline());
  }

  /** One reply for each request, in the order given. Never throws. */
  List<Reply> execute(List<Request> requests, long deadline) {
    Reply[] replies = new Reply[requests.size()];
    List<Step> steps = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      steps.add(new Step(i, requests.get(i)));
    }
    long pause = FIRST_PAUSE;
    while (true) {
      exchange(steps, replies, deadline);
      List<Step> left = List.of();
      boolean later = false;
      for (Step step : steps) {
        Next next = next(step, replies[step.position]);
        if (next != Next.DONE) {
          left = left.isEmpty() ? new ArrayList<>() : left;
          left.add(step);
          later |= next == Next.LATER;
        }
      }
      if (left.isEmpty() || System.nanoTime() + (later ? pause : 0) - deadline >= 0) {
        return Arrays.asList(replies);
      }
      if (later) {
        LockSupport.parkNanos(pause);
        if (Thread.currentThread().isInterrupted()) {
          // None of these was executed: what the server said last is no longer the reason.
          LinkException cause =
              new LinkException(Kind.INTERRUPTED, "interrupted while waiting", null);
          left.forEach(step -> replies[step.position] = new Reply.Lost(Outcome.NOT_SENT, cause));
          return Arrays.asList(replies);
        }
        pause = Math.min(LONGEST_PAUSE, pause * 2);
      }
      steps = left;
    }
  }

  /** Sends all steps, to several nodes at the same time. */
  private void exchange(List<Step> steps, Reply[] replies, long deadline) {
    if (steps.size() == 1) {
      Step step = steps.getFirst();
      Node node = nodeOf(step, replies, deadline);
      if (node != null) {
        exchange(node, steps, replies, deadline);
      }
      return;
    }
    if (steps.isEmpty()) {
      return;
    }
    @Nullable Node[] nodes = new Node[steps.size()];
    boolean same = true;
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = nodeOf(steps.get(i), replies, deadline);
      same &= nodes[i] == nodes[0];
    }
    Node first = nodes[0];
    if (same && first != null) {
      exchange(first, steps, replies, deadline);
      return;
    }
    Map<Node, List<Step>> byNode = new LinkedHashMap<>();
    for (int i = 0; i < nodes.length; i++) {
      Node node = nodes[i];
      if (node != null) {
        byNode.computeIfAbsent(node, any -> new ArrayList<>()).add(steps.get(i));
      }
    }
    if (byNode.size() > 1) {
      exchangeAtOnce(byNode, replies, deadline);
    } else {
      byNode.forEach((node, some) -> exchange(node, some, replies, deadline));
    }
  }

  private @Nullable Node nodeOf(Step step, Reply[] replies, long deadline) {
    if (step.target != null) {
      return step.target;
    }
    try {
      byte[] key = step.request.key();
      return step.misled ? topology.nodeAfterDoubt(key, deadline) : topology.node(key, deadline);
    } catch (LinkException e) {
      replies[step.position] = whileOpen(new Reply.Lost(Outcome.NOT_SENT, e));
      return null;
    }
  }

  private void exchangeAtOnce(Map<Node, List<Step>> byNode, Reply[] replies, long deadline) {
    CountDownLatch others = new CountDownLatch(byNode.size());
    byNode.forEach((node, steps) -> {
      Runnable task =
          () -> {
            try {
              exchange(node, steps, replies, deadline);
            } finally {
              others.countDown();
            }
          };
      try {
        executor.execute(task);
      } catch (RejectedExecutionException e) {
        task.run();
      }
    });
    boolean interrupted = false;
    while (true) {
      try {
        // Every lane keeps the deadline, so this wait ends a moment after it.
        others.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void exchange(Node node, List<Step> steps, Reply[] replies, long deadline) {
    List<Command> commands = new ArrayList<>(steps.size());
    Step last = steps.getLast();
    boolean asks = last.request.question() && !last.asking;
    boolean aside = steps.stream().allMatch(step -> step.request.aside());
    for (Step step : asks ? steps.subList(0, steps.size() - 1) : steps) {
      if (step.asking) {
        commands.add(ASKING);
      }
      commands.add(step.request.command());
    }
    List<Reply> answers =
        asks
            ? node.execute(commands, last.request.command(), deadline)
            : aside ? node.executeAside(commands, deadline) : node.execute(commands, deadline);
    int at = 0;
    for (Step step : steps) {
      step.asked = node;
      if (step.asking) {
        at++;
      }
      replies[step.position] = worthMore(replies[step.position], whileOpen(answers.get(at++)));
    }
  }

  /** What the server said before says more than that there was no time to ask it again. */
  private static Reply worthMore(@Nullable Reply before, Reply now) {
    return before instanceof Reply.Failure
            && now instanceof Reply.Lost(Outcome outcome, LinkException cause)
            && outcome == Outcome.NOT_SENT
            && cause.kind() == Kind.QUEUE_TIMEOUT
        ? before
        : now;
  }

  /**
   * A node that left the topology is closed, which to a call that still went there looks as if the
   * backend were: it says that only once it is.
   */
  Reply whileOpen(Reply reply) {
    return !closed
            && reply instanceof Reply.Lost(Outcome outcome, LinkException cause)
            && cause.kind() == Kind.CLOSED
        ? new Reply.Lost(
            outcome, new LinkException(Kind.UNREACHABLE, "the node is no longer in use", cause))
        : reply;
  }

  private Next next(Step step, Reply reply) {
    return switch (reply) {
      case Reply.Lost lost -> afterLoss(step, lost);
      case Reply.Failure failure -> afterFailure(step, failure.message());
      default -> Next.DONE;
    };
  }

  private Next afterLoss(Step step, Reply.Lost lost) {
    Kind kind = lost.cause().kind();
    if (kind == Kind.REPLY_TIMEOUT) {
      // A node that hangs may have lost its place to another; only the others would tell.
      topology.doubt();
    }
    if (kind != Kind.UNREACHABLE && kind != Kind.CONNECT_TIMEOUT) {
      return Next.DONE;
    }
    if (step.target == null) {
      topology.doubt();
    }
    goHome(step);
    boolean mayBeSentAgain = lost.outcome() == Outcome.NOT_SENT || !step.request.write();
    if (step.sentAgain || !mayBeSentAgain) {
      return Next.DONE;
    }
    step.sentAgain = true;
    step.misled = true;
    return Next.AGAIN;
  }

  private Next afterFailure(Step step, String message) {
    if (step.foreign && !ServerWords.areIn(message)) {
      return Next.DONE;
    }
    int space = message.indexOf(' ');
    String code = space < 0 ? message : message.substring(0, space);
    return switch (code) {
      case "NOSCRIPT" -> withSource(step);
      case "MOVED" -> redirected(step, message, false);
      case "ASK" -> redirected(step, message, true);
      case "TRYAGAIN", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "BUSY" -> {
        goHome(step);
        yield Next.LATER;
      }
      case "READONLY" -> {
        topology.doubt();
        if (!topology.redirects()) {
          if (step.asked != null) {
            step.asked.renew(); // its name may be another server's by now
          }
          yield Next.DONE;
        }
        step.misled = true;
        goHome(step);
        yield Next.LATER;
      }
      default -> Next.DONE;
    };
  }

  private static Next withSource(Step step) {
    Request whole = step.request.withSource();
    if (whole == null) {
      return Next.DONE;
    }
    step.request = whole;
    return Next.AGAIN;
  }

  private Next redirected(Step step, String message, boolean asking) {
    byte[] key = step.request.key();
    Endpoint endpoint = redirection(message, step.asked);
    if (key == null || endpoint == null || !topology.redirects()) {
      return Next.DONE;
    }
    if (!asking) {
      topology.moved(key, endpoint);
    }
    step.target = topology.at(endpoint);
    step.asking = asking;
    // Two nodes that do not agree would send it to and fro without a pause.
    return ++step.redirections > 2 ? Next.LATER : Next.AGAIN;
  }

  private static void goHome(Step step) {
    step.target = null;
    step.asking = false;
  }

  /** Reads {@code MOVED 3999 host:port}; a node that does not know its own name leaves it out. */
  private static @Nullable Endpoint redirection(String message, @Nullable Node asked) {
    String[] words = message.split(" ", -1);
    int colon = words.length < 3 ? -1 : words[2].lastIndexOf(':');
    if (colon < 0) {
      return null;
    }
    String host = words[2].substring(0, colon);
    if (host.isEmpty() && asked != null && asked.endpoint() instanceof Endpoint.Tcp tcp) {
      host = tcp.host();
    }
    try {
      return new Endpoint.Tcp(host, Integer.parseInt(words[2].substring(colon + 1)));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  @Override
  public void close() {
    closed = true;
    topology.close();
  }
}
