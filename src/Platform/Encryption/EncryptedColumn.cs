using System.Linq.Expressions;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Encryption;

/// <summary>A column of bytes that holds what <see cref="IFieldCipher"/> encrypted, so that a rotation of the keys finds it.</summary>
/// <param name="Entity">The entity whose table it is in.</param>
/// <param name="Property">The property that is mapped to it.</param>
/// <param name="Purpose">The purpose with which it is encrypted.</param>
public sealed record EncryptedColumn(Type Entity, string Property, string Purpose);

/// <summary>How rooms name what they encrypt.</summary>
public static class EncryptedColumns
{
    /// <summary>Names an encrypted column; the keys of its rows are rotated with all others.</summary>
    /// <param name="services">The services of the server.</param>
    /// <param name="property">The property, of type <c>byte[]</c>.</param>
    /// <param name="purpose">The purpose with which it is encrypted, for example <c>solve.messages.content</c>.</param>
    public static IServiceCollection AddEncryptedColumn<TEntity>(
        this IServiceCollection services,
        Expression<Func<TEntity, byte[]?>> property,
        string purpose
    )
        where TEntity : class =>
        services.AddSingleton(
            new EncryptedColumn(typeof(TEntity), ((MemberExpression)property.Body).Member.Name, purpose)
        );
}
