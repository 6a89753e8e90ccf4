/** docs/manual, made into sections by manual.plugin.ts. */
declare module 'virtual:manual' {
  const sections: { title: string; html: string }[];
  export default sections;
}
