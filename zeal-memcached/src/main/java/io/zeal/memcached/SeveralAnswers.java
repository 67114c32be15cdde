package io.zeal.memcached;

import com.spotify.folsom.client.ascii.AsciiResponse;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Keeps all but the last answer to a {@link TextQuestion} from folsom, which expects one to each
 * request. Of one connection, between folsom's decoder and what gives answers to requests.
 */
final class SeveralAnswers extends ChannelDuplexHandler {

  private final Queue<Object> unanswered = new ArrayDeque<>();

  @Override
  public void write(ChannelHandlerContext context, Object request, ChannelPromise promise) {
    unanswered.add(request);
    var _ = context.write(request, promise);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object answer) {
    if (unanswered.peek() instanceof TextQuestion question
        && answer instanceof AsciiResponse response
        && question.keeps(response)) {
      return;
    }
    unanswered.poll();
    context.fireChannelRead(answer);
  }
}
