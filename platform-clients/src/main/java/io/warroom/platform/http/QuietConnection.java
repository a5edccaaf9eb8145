package io.warroom.platform.http;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.HttpConnectionFactory;

/** A connection that never prints what it carries: its parent writes headers and bodies to the log at DEBUG. */
final class QuietConnection extends DefaultManagedHttpClientConnection {

    /** Makes them for the pool. */
    static final HttpConnectionFactory<ManagedHttpClientConnection> FACTORY = socket -> {
        var connection = new QuietConnection();
        if (socket != null) {
            connection.bind(socket);
        }
        return connection;
    };

    private QuietConnection() {
        super("platform");
    }

    @Override
    public void bind(Socket socket) throws IOException {
        bind(new SocketHolder(socket));
    }

    @Override
    public void bind(SSLSocket secure, Socket plain) throws IOException {
        bind(new SocketHolder(secure, plain));
    }

    @Override
    protected void onRequestSubmitted(ClassicHttpRequest request) {}

    @Override
    protected void onResponseReceived(ClassicHttpResponse response) {}
}
