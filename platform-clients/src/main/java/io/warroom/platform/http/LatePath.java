package io.warroom.platform.http;

import java.io.IOException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * Puts the path with its query on a request only while it is written: WeCom's token and secret travel in the query, and every
 * step of the client above prints the request line at DEBUG.
 */
final class LatePath extends HttpRequestExecutor {

    /** Where a request's context holds its true path. */
    static final String ATTRIBUTE = "warroom.path";

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            HttpResponseInformationCallback informed,
            HttpContext context)
            throws IOException, HttpException {
        String shown = request.getPath();
        request.setPath(String.valueOf(context.getAttribute(ATTRIBUTE)));
        try {
            return super.execute(request, connection, informed, context);
        } finally {
            request.setPath(shown);
        }
    }
}
