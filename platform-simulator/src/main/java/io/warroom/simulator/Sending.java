package io.warroom.simulator;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Fault;
import io.warroom.simulator.witness.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** How an answer travels: whole, or as a fault would have it. */
final class Sending {
    private static final int BLOCK = 64 * 1024;

    /** Waits on the simulator's behalf. */
    interface Pause {
        void of(long millis) throws InterruptedException;
    }

    private Sending() {}

    static void whole(Response response, Callback callback, Answer answer) {
        head(response, answer);
        response.write(true, ByteBuffer.wrap(bytes(answer)), callback);
    }

    /** Sends what there is; null means that the connection is cut. {@code millis} is what a drip waits behind each byte. */
    static void answer(
            Response response,
            Callback callback,
            @Nullable Answer answer,
            @Nullable Fault fault,
            Pause pause,
            long millis)
            throws InterruptedException {
        if (answer == null) {
            cut(response, callback);
            return;
        }
        if (fault == null) {
            whole(response, callback, answer);
            return;
        }
        byte[] bytes = bytes(answer);
        head(response, answer);
        try {
            switch (fault.kind()) {
                case DRIP -> drip(response, callback, bytes, pause, millis);
                case RESET_WITHIN -> {
                    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
                    Content.Sink.write(response, false, ByteBuffer.wrap(bytes, 0, bytes.length / 2));
                    cut(response, callback);
                }
                case TRUNCATED_JSON -> response.write(true, ByteBuffer.wrap(bytes, 0, bytes.length / 2), callback);
                case OVERSIZED -> {
                    pad(response, fault.bytes() - bytes.length);
                    response.write(true, ByteBuffer.wrap(bytes), callback);
                }
                case LATENCY,
                        HANG,
                        RESET_BEFORE,
                        RESET_AFTER,
                        HTTP_500,
                        HTTP_502_HTML,
                        HTTP_503_JSON,
                        THROTTLED,
                        REFUSED,
                        TOKEN_REVOKED,
                        REDIRECT,
                        WRONG_TYPE,
                        WRONG_BODY -> response.write(true, ByteBuffer.wrap(bytes), callback);
            }
        } catch (IOException gone) {
            // The caller had enough of it, as callers should.
            callback.failed(gone);
        }
    }

    private static void drip(Response response, Callback callback, byte[] bytes, Pause pause, long millis)
            throws IOException, InterruptedException {
        for (byte one : bytes) {
            Content.Sink.write(response, false, ByteBuffer.wrap(new byte[] {one}));
            pause.of(millis);
        }
        response.write(true, BufferUtil.EMPTY_BUFFER, callback);
    }

    private static void pad(Response response, int bytes) throws IOException {
        byte[] blanks = new byte[BLOCK];
        Arrays.fill(blanks, (byte) ' ');
        for (int left = bytes; left > 0; left -= BLOCK) {
            Content.Sink.write(response, false, ByteBuffer.wrap(blanks, 0, Math.min(left, BLOCK)));
        }
    }

    private static void cut(Response response, Callback callback) {
        response.getRequest()
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close();
        callback.failed(new IOException("cut on demand"));
    }

    private static void head(Response response, Answer answer) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        answer.headers().forEach(response.getHeaders()::put);
    }

    private static byte[] bytes(Answer answer) {
        return answer.body() instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : Json.bytes(answer.body());
    }
}
