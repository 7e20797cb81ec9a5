// What a token says of itself to everybody who has it.

/** By the server's clock, ms; null: it does not say. */
export function lifeOf(token: string): { readonly from: number; readonly until: number } | null {
  try {
    const said = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const { iat, exp } = JSON.parse(atob(said)) as { readonly iat: unknown; readonly exp: unknown };
    return typeof iat === 'number' && typeof exp === 'number' ? { from: iat * 1_000, until: exp * 1_000 } : null;
  } catch {
    return null;
  }
}
