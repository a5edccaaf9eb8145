package io.warroom.e2e.faults;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.requests.ResponseHeader;
import org.jspecify.annotations.Nullable;

/**
 * A way to a server that can be cut, with every connection on it, silenced, slowed and healed. A way to a broker names itself
 * wherever the broker names its advertised listener, so that clients come back through it. Threads share it; close it.
 */
final class Link implements AutoCloseable {

    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final boolean kafka;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ExecutorService pipes = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private volatile boolean cut;
    private volatile Weather weather = Weather.FAIR;

    private Link(String host, int port, String target, boolean kafka) {
        try {
            this.listener = new ServerSocket(port, 500, InetAddress.getByName(host));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int colon = target.lastIndexOf(':');
        this.target = new InetSocketAddress(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)));
        this.kafka = kafka;
        pipes.execute(this::accept);
    }

    /** To {@code host:port}. */
    static Link to(String target) {
        return new Link("127.0.0.1", 0, target, false);
    }

    /** To {@code host:port}, from an address and port of this machine. */
    static Link at(String host, int port, String target) {
        return new Link(host, port, target, false);
    }

    /** To the one broker at {@code host:port}. */
    static Link toBroker(String bootstrapServer) {
        return new Link("127.0.0.1", 0, bootstrapServer, true);
    }

    /** {@code host:port} to connect to instead of the server. */
    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Resets every connection, and each new one at once. */
    void cut() {
        refused.set(0);
        cut = true;
        sockets.forEach(Link::reset);
    }

    /** Resets every connection there is; new ones are welcome. */
    void reset() {
        sockets.forEach(Link::reset);
    }

    /** What the way does to what travels on it, in both directions, from now on; connections stay. */
    void weather(Weather now) {
        weather = now;
    }

    /**
     * What a way does to what travels on it.
     *
     * @param silent connections are kept and accepted, and nothing gets through until the weather changes
     * @param latencyMillis before each piece, and up to {@code jitterMillis} more
     * @param bytesPerSecond 0 for no limit
     * @param sliced each byte travels alone
     */
    record Weather(boolean silent, int latencyMillis, int jitterMillis, int bytesPerSecond, boolean sliced) {
        static final Weather FAIR = new Weather(false, 0, 0, 0, false);
        static final Weather SILENT = new Weather(true, 0, 0, 0, false);
        static final Weather SLICED = new Weather(false, 0, 0, 0, true);

        static Weather slow(int latencyMillis, int jitterMillis, int bytesPerSecond) {
            return new Weather(false, latencyMillis, jitterMillis, bytesPerSecond, false);
        }
    }

    /** Sends one piece, as the weather is. */
    private void pass(byte[] piece, int length, OutputStream to) throws IOException {
        try {
            while (weather.silent() && !listener.isClosed()) {
                Thread.sleep(20);
            }
            var now = weather;
            int late = now.latencyMillis()
                    + (now.jitterMillis() > 0 ? ThreadLocalRandom.current().nextInt(now.jitterMillis()) : 0);
            if (now.bytesPerSecond() > 0) {
                late += (int) (length * 1_000L / now.bytesPerSecond());
            }
            if (late > 0) {
                Thread.sleep(late);
            }
            if (now.sliced()) {
                for (int i = 0; i < length; i++) {
                    to.write(piece, i, 1);
                    to.flush();
                }
            } else {
                to.write(piece, 0, length);
                to.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the link is closed");
        }
    }

    private void copy(InputStream from, OutputStream to) throws IOException {
        byte[] piece = new byte[16 * 1_024];
        for (int read = from.read(piece); read >= 0; read = from.read(piece)) {
            pass(piece, read, to);
        }
    }

    /** How many connections were refused since the last cut: proof that somebody has missed the server. */
    int refused() {
        return refused.get();
    }

    /** How many connections were let through, ever. */
    int served() {
        return served.get();
    }

    void heal() {
        cut = false;
        weather = Weather.FAIR;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                pipes.execute(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        var server = new Socket();
        sockets.add(client);
        sockets.add(server);
        try {
            if (cut) {
                refused.incrementAndGet();
                return;
            }
            server.connect(target, 5_000);
            served.incrementAndGet();
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            var asked = new ConcurrentHashMap<Integer, Request>();
            var back = pipes.submit(() -> {
                try (var from = server.getInputStream();
                        var to = client.getOutputStream()) {
                    if (kafka) {
                        answers(from, to, asked);
                    } else {
                        copy(from, to);
                    }
                } catch (IOException e) {
                    reset(client);
                }
                return null;
            });
            if (cut) {
                return; // it came while we connected
            }
            if (kafka) {
                requests(client.getInputStream(), server.getOutputStream(), asked);
            } else {
                copy(client.getInputStream(), server.getOutputStream());
            }
            server.shutdownOutput();
            back.get();
        } catch (IOException | java.util.concurrent.ExecutionException e) {
            // One side is gone: so is the other.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(client);
            sockets.remove(server);
            reset(client);
            reset(server);
        }
    }

    /** A request whose answer names brokers. */
    private record Request(ApiKeys api, short version) {}

    private void requests(InputStream from, OutputStream to, ConcurrentHashMap<Integer, Request> asked)
            throws IOException {
        var in = new DataInputStream(from);
        while (true) {
            var frame = frame(in);
            if (frame == null) {
                return;
            }
            var head = frame.duplicate();
            var api = ApiKeys.forId(head.getShort());
            short version = head.getShort();
            if (api == ApiKeys.METADATA || api == ApiKeys.FIND_COORDINATOR || api == ApiKeys.DESCRIBE_CLUSTER) {
                asked.put(head.getInt(), new Request(api, version));
            }
            write(to, frame);
        }
    }

    /** The next request or answer, without its length; null at the connection's end. */
    private static @Nullable ByteBuffer frame(DataInputStream in) throws IOException {
        int length = in.read() << 24 | in.read() << 16 | in.read() << 8 | in.read();
        return length < 0 ? null : ByteBuffer.wrap(in.readNBytes(length));
    }

    private void answers(InputStream from, OutputStream to, ConcurrentHashMap<Integer, Request> asked)
            throws IOException {
        var in = new DataInputStream(from);
        while (true) {
            var frame = frame(in);
            if (frame == null) {
                return;
            }
            var request = asked.remove(frame.getInt(0));
            write(to, request == null ? frame : namingThis(request, frame));
        }
    }

    private ByteBuffer namingThis(Request request, ByteBuffer frame) {
        short headerVersion = request.api().responseHeaderVersion(request.version());
        short version = request.version();
        var header = ResponseHeader.parse(frame, headerVersion);
        var body = new ByteBufferAccessor(frame);
        int port = listener.getLocalPort();
        var renamed = switch (request.api()) {
            case METADATA -> {
                var answer = new MetadataResponseData(body, version);
                answer.brokers().forEach(broker -> broker.setHost("127.0.0.1").setPort(port));
                yield answer;
            }
            case FIND_COORDINATOR -> {
                var answer = new FindCoordinatorResponseData(body, version);
                if (version < 4) {
                    answer.setHost("127.0.0.1").setPort(port);
                }
                answer.coordinators().forEach(one -> one.setHost("127.0.0.1").setPort(port));
                yield answer;
            }
            case DESCRIBE_CLUSTER -> {
                var answer = new DescribeClusterResponseData(body, version);
                answer.brokers().forEach(broker -> broker.setHost("127.0.0.1").setPort(port));
                yield answer;
            }
            default -> throw new IllegalStateException(request.api() + " names no brokers");
        };
        return RequestUtils.serialize(header.data(), headerVersion, renamed, version);
    }

    private void write(OutputStream to, ByteBuffer frame) throws IOException {
        var whole = ByteBuffer.allocate(4 + frame.remaining());
        whole.putInt(frame.remaining()).put(frame);
        pass(whole.array(), whole.capacity(), to);
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed, or was never open.
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
        pipes.shutdownNow();
    }
}
