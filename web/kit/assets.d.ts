// What vite makes of imports that are not code.

declare module '*.css?inline' {
  const css: string;
  export default css;
}
