using System.Globalization;
using System.Security.Claims;
using System.Security.Principal;
using GymBridge.Protocol.Credentials;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace GymBridge.Server.Security;

/// <summary>Somebody who got in; sessions belong to the one who opened them.</summary>
internal sealed class Principal : IHttpAuthenticationFeature
{
    /// <summary>Who has a token without a name.</summary>
    public const string Anyone = "token";

    public Principal(string name)
    {
        Name = name;
        User = new ClaimsPrincipal(new GenericIdentity(name, "GymBridge"));
    }

    /// <summary>The user of the server's own process, whom the kernel vouches for on a Unix socket.</summary>
    public static Principal Owner { get; } = new(OperatingSystem.IsWindows()
        ? "owner"
        : string.Create(CultureInfo.InvariantCulture, $"uid:{PosixFile.GetEffectiveUserId()}"));

    /// <summary>Whether a name is one of several that get in: one of the named tokens, of the client certificates, or of an application's users.</summary>
    public static bool IsOneOfSeveral(string name) => name.Length > 0 && name != Anyone && name != Owner.Name;

    /// <summary>Its name, as the security page lists them.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public ClaimsPrincipal? User { get; set; }

    /// <summary>The name of who made a request; empty where nobody asks who comes, or the application itself does not.</summary>
    /// <remarks>By the feature and not by <c>HttpContext.User</c>, which makes an anonymous user where there is none.</remarks>
    public static string NameOf(HttpContext request) => request.Features.Get<IHttpAuthenticationFeature>() switch
    {
        Principal principal => principal.Name,
        { User.Identity.Name: { } name } => name,
        _ => string.Empty,
    };
}
