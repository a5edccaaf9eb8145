package io.warroom.benchmarks.simulator;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The simulator's server with a handler that reads the request and answers the same bytes always, in a process of its own, until
 * its standard input ends: what no simulator on this server can go below.
 */
public final class BareHost {

    /** The token in every answer, of each platform. */
    public static final String TOKEN = "t-0123456789abcdef0123456789abcdef";

    /** As long as what a create on Lark is answered with, and read as such by the load. */
    private static final byte[] ANSWER = """
            {"errcode":0,"code":0,"msg":"success","data":{"chat_id":"oc_0123456789abcdef0123456789abcdef"},\
            "open_conversation_id":"cid0123456789abcdef0123456789abcdef==","access_token":"%1$s","accessToken":"%1$s",\
            "tenant_access_token":"%1$s","expire":7200,"filler":"%2$s"}""".formatted(TOKEN, "x".repeat(107)).getBytes(StandardCharsets.UTF_8);

    private BareHost() {}

    public static void main(String[] arguments) throws Exception {
        try (var requests = Executors.newVirtualThreadPerTaskExecutor()) {
            var threads = new QueuedThreadPool(16);
            threads.setVirtualThreadsExecutor(requests);
            var server = new Server(threads);
            var connector = new ServerConnector(server);
            connector.setHost("127.0.0.1");
            server.addConnector(connector);
            server.setHandler(new Handler.Abstract() {
                @Override
                public boolean handle(Request request, Response response, Callback callback) throws Exception {
                    Content.Source.asInputStream(request).readAllBytes();
                    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json; charset=utf-8");
                    response.write(true, ByteBuffer.wrap(ANSWER), callback);
                    return true;
                }
            });
            server.start();
            Load.ready(connector.getLocalPort());
            while (System.in.read() >= 0) {
                // Nothing is said to it but its end.
            }
            server.stop();
        }
    }
}
