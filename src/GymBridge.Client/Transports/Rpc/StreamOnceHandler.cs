using System.Net;

namespace GymBridge.Client.Transports.Rpc;

/// <summary>Lets a stream of calls be sent on one connection only.</summary>
/// <remarks>Where a server refuses a stream, or goes away before it has looked at it, .NET sends the request again by itself. The message that
/// gRPC for .NET has written is not sent again then: the server sees a stream without a call, and the client waits for a reply that
/// cannot come. So the second time is an error here, and the session sends its call on a stream of its own.</remarks>
internal sealed class StreamOnceHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content && request.RequestUri is { } uri && uri.AbsolutePath == RpcCallChannel.Path)
        {
            request.Content = new OnceContent(content);
        }

        return base.SendAsync(request, cancellationToken);
    }

    private sealed class OnceContent : HttpContent
    {
        private readonly HttpContent _content;
        private bool _wasSent;

        public OnceContent(HttpContent content)
        {
            _content = content;
            foreach (var (name, values) in content.Headers)
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            if (_wasSent)
            {
                throw new IOException("The server has refused the stream of calls, or goes away.");
            }

            _wasSent = true;
            return _content.CopyToAsync(stream, context, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _content.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
